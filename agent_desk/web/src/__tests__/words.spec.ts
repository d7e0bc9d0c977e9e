// Both languages say the same things, and the names in them are found.
import { afterEach, describe, expect, it } from "vitest";
import { language, nameOf, reasonName, said } from "../words";
import { en } from "../words/en";
import { zh } from "../words/zh";

afterEach(() => void (language.value = "zh"));

function keys(value: object, prefix = ""): string[] {
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
    typeof one === "object" && one !== null && !Array.isArray(one) ? keys(one, `${prefix}${key}.`) : [`${prefix}${key}`]);
}

describe("words", () => {
  it("have the same keys in both languages", () => expect(keys(en)).toEqual(keys(zh)));

  it("change with the language", () => {
    const entry = { key: "meal", zh: "就餐", en: "Meal" };
    expect(said(entry)).toBe("就餐");
    language.value = "en";
    expect(nameOf([entry], "meal")).toBe("Meal");
    expect(document.documentElement.lang).toBe("zh-CN");
  });

  it("fall back to the key, and know the server's own reasons", () => {
    expect(nameOf([], "unheard")).toBe("unheard");
    expect(reasonName([], "signed-in")).toBe("刚签入");
  });
});
