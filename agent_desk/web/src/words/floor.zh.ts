// The words of the supervisor's floor in Simplified Chinese; floor.en.ts has the same keys.
import type { Filter, Need, WhyNot } from "../floor";
import type { ForcedState, Watching } from "../wire.gen";

export const floorZh = {
  title: "班长现场", text: "谁需要帮助一眼看到;监听、耳语、强插、拦截",
  mayNot: (name: string) => `${name},此页只给班长和管理员。您可以去工作台或大屏。`,
  noSeat: "您的账号没有工号:可以看现场,不能监听。请管理员给账号配工号。",
  waiting: "排队", longest: "最长", find: "找坐席", findHint: "工号、姓名、拨打号码", allQueues: "全部队列", queue: "队列",
  tiles: "方块", table: "表格", view: "显示方式", filters: "按状态筛选", agents: "坐席,需要关注的在前", nobody: "没有坐席签入", noneMatch: "没有符合条件的坐席", clear: "清除筛选",
  states: { "": "全部", help: "求助", need: "需关注", talking: "通话", ringing: "振铃", acw: "整理", not_ready: "示忙", ready: "空闲" } as Record<Filter["state"], string>,
  needs: { help: "求助", over: "超时", hold: "久保持", ring: "久振铃", dead: "断线", acw: "整理过长", none: "" } as Record<Need, string>,
  dead: { desk: "工作台断开", phone: "话机断开", both: "工作台和话机断开" },
  heads: { agent: "坐席", state: "状态", time: "时长", need: "关注", number: "拨打", caller: "来电", handing: "转接" },
  pick: "选一位坐席", pickText: "点选或用方向键。通话中的坐席可以监听、耳语、强插、拦截、强拆。",
  notShown: "这位坐席不在了。", queues: "队列", device: "话机", page: "工作台", good: "正常", gone: "断开", help: "求助", noCallNow: "现在没有与市民通话。",
  ways: { monitor: "监听", whisper: "耳语", barge: "强插", intercept: "拦截", force_release: "强拆", stop: "停止" } as Record<Watching, string>,
  wayText: {
    monitor: "听双方,双方听不到您", whisper: "只有坐席听得到您", barge: "双方都听得到您", intercept: "坐席退出,您接着与市民通话", force_release: "立即结束这通电话", stop: "不再听",
  } as Record<Watching, string>,
  now: {
    monitor: (agent: string, caller: string) => `您在监听 ${agent} 与 ${caller} 的通话;双方听不到您。`,
    whisper: (agent: string, caller: string) => `您在对 ${agent} 耳语;${caller} 听不到您。`,
    barge: (agent: string, caller: string) => `您已插入 ${agent} 与 ${caller} 的通话;双方都听得到您。`,
    ringing: (agent: string) => `正在接入 ${agent} 的通话,本页的话机会自动接听…`,
    pickUp: (agent: string) => `正在接入 ${agent} 的通话,请拿起您的 SIP 话机。`,
  },
  citizen: "市民",
  confirm: (agent: string, caller: string) => `强拆会立即挂断 ${agent} 与 ${caller} 的通话,市民也会断线。确定要强拆吗?`,
  confirmYes: "确定强拆", confirmNo: "不拆",
  signIn: "以浏览器话机签入", signInFirst: "要拦截,先签入;签入后为示忙。",
  mine: "您在与市民通话", mineText: "这通电话现在是您的。工单在工作台填写;声音在本页,请不要关闭。", toDesk: "去工作台填工单 (新标签页)", toDeskShort: "工作台", toBoard: "大屏",
  seat: "工号", signedOut: "未签入", keys: "快捷键", move: "在坐席间移动",
  why: {
    noSeat: "您没有工号", nobody: "先选一位坐席", noCall: "这位坐席现在没有通话", yourself: "不能监听自己", onCall: "您自己正在振铃或通话",
    another: (agent: string) => `您正在 ${agent} 的通话中,先停止`, joining: "正在接入,请稍候", listenFirst: "先监听,再拦截", handing: "这通电话正在转接", notSignedIn: "先签入,再拦截", notWatching: "您现在没有监听",
  } satisfies Record<Exclude<WhyNot, "another"> | "noSeat", string> & { another: (agent: string) => string },
  figures: {
    open: "转接成绩", close: "回到坐席", title: "转接成绩", today: "今天", yesterday: "昨天", day: "哪一天",
    line: "单位", asked: "提出", answered: "接听", answerRate: "转接接通率", noAnswer: "无人接", rejected: "忙或拒", unreachable: "不通", cancelled: "取消", notKnown: "不明", ringing: "振铃中", completed: "转出", threeParty: "三方成功率",
    all: "合计", handOffs: "平均转手次数", times: "次 / 通", most: (n: number, calls: number) => `${calls} 通电话被转手,最多一通 ${n} 次`,
    went: (n: number) => `话务员退出后继续 ${n}`,
    balance: "提出 = 接听 + 无人接 + 忙或拒 + 不通 + 取消 + 不明 + 振铃中;转出:话务员退出,通话继续。挂起转不响铃,不计入。",
    none: "这一天还没有转接", counting: "正在统计…", at: (time: string) => `统计于 ${time}`, old: (time: string) => `${time} 以后没有更新`,
    unwritten: (n: number) => `还有 ${n} 条变动尚未入库,数字会再变`,
  },
  force: {
    title: "切换状态", ready: "示闲", not_ready: "示忙", sign_out: "签出", reason: "改状态的原因 (坐席可见,记入台账)",
    tips: { ready: "让这位坐席接电话;结束整理或示忙", not_ready: "通话中的坐席在通话后示忙;不计入本人示忙", sign_out: "通话中不能签出" } as Record<ForcedState, string>,
    yourself: "您自己的状态请在工作台切换", readyNow: "已经是空闲", talks: "正在振铃或通话,结束后才能签出", by: (name: string) => `由 ${name} 设置`,
  },
  message: {
    title: "发消息到工作台", text: "给工作台的消息,最多 200 字", one: (agent: string) => `发给 ${agent}`, all: "发给全体", empty: "先写消息",
    sent: (n: number) => `已放到 ${n} 个工作台`, away: (n: number) => `,其中 ${n} 个没有打开`, from: (name: string) => `${name} 的消息`, toAll: "(全体)", read: "知道了", more: (n: number) => `还有 ${n} 条`,
    forced: {
      ready: (name: string) => `${name} 把您置为示闲`, not_ready: (name: string) => `${name} 把您置为示忙,不计入您的示忙时长`, sign_out: (name: string) => `${name} 让您签出了`,
    } satisfies Record<ForcedState, (name: string) => string>,
    later: "通话和整理结束后生效",
  },
  desk: { ask: "求助", cancel: "取消求助", asked: "已求助", tip: "请班长来听这通电话", heldWhy: "保持中,先取回 (F6)" },
};

export type FloorWords = typeof floorZh;
