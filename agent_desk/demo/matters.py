"""What citizens of the demo ring about: everyday matters without persons, as an agent would write them down."""

from random import Random

from acd.events import TicketForm
from agent_desk.wire_http import Catalogue

_MATTERS = (
    ("public_services", "enquiry", "政务服务中心", "咨询居住证签注需要携带哪些材料,周六能否办理。"),
    ("public_services", "enquiry", "", "咨询灵活就业人员如何缴纳医疗保险,能否网上办理。"),
    ("public_services", "help", "幸福小区3号楼", "三单元昨晚起停水,物业电话无人接听,请求协调恢复供水。"),
    ("public_services", "help", "解放路公交站", "202路公交车晚高峰间隔超过四十分钟,请求增加班次。"),
    ("public_services", "suggestion", "市图书馆", "建议图书馆周末延长开放时间到晚上九点。"),
    ("social_management", "complaint", "人民路与建设街路口", "路灯连续三天不亮,夜间通行不安全,请尽快维修。"),
    ("social_management", "help", "和平里小区", "楼道堆放杂物和电动车,影响消防通道,请求清理。"),
    ("social_management", "complaint", "中心广场", "广场舞音量过大,晚上十点后仍未停止,影响休息。"),
    ("social_management", "enquiry", "", "咨询老年人乘车卡的办理条件和地点。"),
    ("market_supervision", "complaint", "东门农贸市场", "购买的水果短斤缺两,摊主拒绝退款,请求核查电子秤。"),
    ("market_supervision", "report", "学府街", "餐饮店后厨卫生状况差,未见营业执照,请求检查。"),
    ("market_supervision", "complaint", "", "网购家电发货后商家不履行保修承诺,请求协调。"),
    ("environment", "complaint", "滨河公园东侧", "工地夜间施工噪声扰民,连续两晚超过十一点。"),
    ("environment", "report", "北郊桥下", "河道边有人倾倒建筑垃圾,请求查处。"),
    ("environment", "suggestion", "翠湖社区", "建议增设可回收物投放点和旧衣回收箱。"),
    ("economic_regulation", "enquiry", "", "咨询小微企业一次性吸纳就业补贴的申请条件。"),
    ("economic_regulation", "help", "高新区", "企业用电增容申请已提交十个工作日,请求告知进度。"),
)
"""Domain, type of demand, place, text."""


def matter(random: Random, catalogue: Catalogue) -> TicketForm:
    """Return a ticket's form; keys the catalogue does not know are left empty."""
    domain, demand_type, place, text = random.choice(_MATTERS)
    domains, types = {one.key for one in catalogue.domains}, {one.key for one in catalogue.demand_types}
    refused = random.random() < 0.03 and catalogue.not_accepted
    return TicketForm(
        domain=domain if domain in domains else "",
        demand_type=demand_type if demand_type in types else "",
        urgent=random.random() < 0.08,
        place=place,
        text=text,
        not_accepted=random.choice(catalogue.not_accepted).key if refused else "",
        confidential=random.random() < 0.05,
    )
