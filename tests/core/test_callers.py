"""Callers' numbers: one spelling for matching, a masked one for showing, and the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.callers import mask, normalise

MOBILE = "13812345678"
LANDLINE = "037165551234"


@pytest.mark.parametrize(
    ("given_as", "spelt"),
    [
        # mobiles
        (MOBILE, MOBILE),
        ("+8613812345678", MOBILE),
        ("+86 138 1234 5678", MOBILE),
        ("+86-138-1234-5678", MOBILE),
        ("(+86)13812345678", MOBILE),
        ("008613812345678", MOBILE),
        ("8613812345678", MOBILE),
        ("013812345678", MOBILE),
        ("+86013812345678", MOBILE),
        ("138.1234.5678", MOBILE),
        ("138\u20111234\u20115678", MOBILE),
        ("１３８１２３４５６７８", MOBILE),
        ("1795113812345678", MOBILE),
        ("12593013812345678", MOBILE),
        ("tel:+86-138-1234-5678", MOBILE),
        ("sip:13812345678@10.0.0.1", MOBILE),
        ('"13812345678"', MOBILE),
        (" 13812345678 ", MOBILE),
        ("0:X", "0"),
        ("19912345678", "19912345678"),
        # landlines
        (LANDLINE, LANDLINE),
        ("0371-65551234", LANDLINE),
        ("(0371) 6555 1234", LANDLINE),
        ("+8637165551234", LANDLINE),
        ("+86 0371 65551234", LANDLINE),
        ("008637165551234", LANDLINE),
        ("8637165551234", LANDLINE),
        ("010-65551234", "01065551234"),
        ("+861065551234", "01065551234"),
        ("+8602165551234", "02165551234"),
        ("0398-2961234", "03982961234"),
        ("+863982961234", "03982961234"),
        # extensions
        ("0371-65551234-801", LANDLINE),
        ("0371-65551234转801", LANDLINE),
        ("037165551234,801", LANDLINE),
        ("037165551234 ext. 801", LANDLINE),
        ("037165551234x801", LANDLINE),
        ("+8637165551234;ext=801", LANDLINE),
        ("037165551234#801", LANDLINE),
        # without an area code: of the city itself
        ("65551234", "65551234"),
        ("6555-1234", "65551234"),
        ("8655512", "8655512"),
        # service numbers
        ("12345", "12345"),
        ("110", "110"),
        ("10086", "10086"),
        ("95588", "95588"),
        ("96119", "96119"),
        ("+8612345", "12345"),
        ("0371-12345", "037112345"),
        ("4008123123", "4008123123"),
        ("400-812-3123", "4008123123"),
        ("+864008123123", "4008123123"),
        # from abroad
        ("+15550100", "+15550100"),
        ("+1 (555) 010-0199", "+15550100199"),
        ("0015550100199", "+15550100199"),
        ("+85223456789", "+85223456789"),
        ("0085223456789", "+85223456789"),
        # nobody
        ("", ""),
        ("  ", ""),
        ("unknown", ""),
        ("Unknown", ""),
        ("anonymous", ""),
        ("sip:anonymous@anonymous.invalid", ""),
        ("Restricted", ""),
        ("未知", ""),
        ("-", ""),
        ("+", ""),
        # a telephone's own name
        ("citizen", "citizen"),
        ("Web-Citizen", "web-citizen"),
        ("sipp", "sipp"),
        ("DROP TABLE", "droptable"),
    ],
)
def test_a_caller_has_one_spelling(given_as: str, spelt: str) -> None:
    assert normalise(given_as) == spelt


@pytest.mark.parametrize(
    ("given_as", "shown"),
    [
        (MOBILE, "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        (LANDLINE, "0371****1234"),
        ("01065551234", "010****1234"),
        ("65551234", "65****34"),
        ("8655512", "86****12"),
        ("12345", "12345"),
        ("110", "110"),
        ("037112345", "037112345"),
        ("4008123123", "400****3123"),
        ("+85223456789", "+85****6789"),
        ("861234", "86****34"),
        ("citizen", "c***"),
        ("unknown", "unknown"),
        ("", "unknown"),
        ("anonymous", "unknown"),
    ],
)
def test_a_shown_number_hides_whose_it_is(given_as: str, shown: str) -> None:
    assert mask(given_as) == shown


@given(st.text(max_size=40))
def test_any_text_has_a_stable_spelling_and_a_mask(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert mask(text) == mask(once)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_way_to_write_a_mobile_is_the_same_caller(mobile: str) -> None:
    ways = [mobile, f"+86{mobile}", f"0086{mobile}", f"86{mobile}", f"0{mobile}", f"{mobile[:3]} {mobile[3:]}"]
    assert {normalise(way) for way in ways} == {mobile}
    assert mask(mobile) == f"{mobile[:3]}****{mobile[-4:]}"
