// The words of picking up a colleague's ringing call in Simplified Chinese; pick.en.ts has the same keys.
import type { Hindrance } from "../pickup";

export const pickZh = {
  title: "代答", lead: "接起同事座席上正在振铃的来电(限本人所在队列)", close: "关闭", find: "工号", hint: "工号,或用 ↑ ↓ 选择", list: "同事座席上正在振铃的来电",
  take: (seat: string) => `代答 ${seat}`, asking: (seat: string) => `正在代答 ${seat},接通后直接说话…`,
  none: "没有可以代答的来电", gone: "没有可以代答的来电", seat: "没有同事在振铃;也可输入工号", unknown: "与服务器的连接中断,不知道谁在振铃;可直接输入工号代答。",
  sip: (code: string) => `请在 SIP 话机上拨 ${code}`, sipNone: "用 SIP 话机时,拨 *8 加同事的工号",
  why: { ringing: "正在振铃,先接听自己的来电", onCall: "通话中不能代答", phone: "话机没有注册好" } as Record<NonNullable<Hindrance>, string>,
};

export type PickWords = typeof pickZh;
