// The words of transfers in Simplified Chinese; hand.en.ts has the same keys.
import type { Standing } from "../directory";
import type { Company, Outcome, Seat, Situation } from "../handing";
import type { Command, Step, TransferMode } from "../wire.gen";

export const handZh = {
  transfer: "转接", emergency: "紧急", title: "转接到", emergencyTitle: "紧急热线", emergencyText: "按数字键立即呼叫。市民始终在线,对方接起即三方;工单随后再补。",
  choose: "按序号或输入几个字选定单位,回车转接",
  hint: "常用序号、拼音首字母、号码或汉字", find: "查找单位", list: "可转接的单位", none: "没有这样的单位;可改用派发工单", close: "关闭", again: "再转接",
  modes: {
    transfer_blind: "释放转", transfer_success: "成功转", transfer_attended: "通话转", transfer_conference: "三方转", transfer_suspend: "挂起转",
  } as Record<TransferMode, string>,
  modeText: {
    transfer_blind: "您立即退出,市民自己听对方振铃;没人接则回到队首", transfer_success: "您与市民继续通话,对方一接您就退出",
    transfer_attended: "市民听音乐,您先与对方说", transfer_conference: "对方接起即三方,说好后您退出", transfer_suspend: "市民自助按键,完成后回到您这里",
  } as Record<TransferMode, string>,
  standing: { free: "空闲", busy: "全忙", nobody: "无人在岗", closed: "已下班", unconnected: "未接入", unreachable: "连不上", stale: "数据过期", open: "开", untold: "状态未知" } as Record<Standing, string>,
  waiting: "等待", ago: (t: string) => `${t} 前`, seconds: (n: number) => `${n} s`, answered: (t: string) => `上次接通 ${t} 前`,
  untoldText: "对方不报实时状态,可以照常转接", staleText: "对方平台很久没有更新,人数可能已变", closedText: "对方平台说现在不在服务时间;仍可照常转接", unreachableText: "现在连不上对方,转接多半不成;可改用派发工单",
  why: { held: "保持中,先取回 (F6)", hold: "转接中请用“切换”", underWay: "正在转接中", passer: "转来的坐席还在线,先由其处理", step: "这一步还不能这样做" },
  commands: { merge: "三方", swap: "切换", complete: "转出", drop: "收回" } as Record<Command, string>,
  commandText: { merge: "三人都通话", swap: "换一方听音乐", complete: "您退出,市民与对方继续", drop: "对方退出,市民回到您这里" } as Record<Command, string>,
  step: { calling: "呼叫中", consulting: "咨询", swapped: "切换", joined: "三方", away: "离开" } as Record<Step, string>,
  citizen: "市民", me: "我", seat: { talking: "通话", music: "♪ 听音乐", ringing: "☎ 振铃", calling: "听回铃音", away: "自助按键", waiting: "等候", moving: "接转中…" } as Record<Seat, string>,
  situation: {
    callingTogether: (to: string) => `正在呼叫 ${to}。您和市民继续通话。`, callingMusic: (to: string) => `正在呼叫 ${to}。市民在听音乐。`,
    consulting: (to: string) => `您正与 ${to} 通话。市民在听音乐,听不到你们。`, swapped: (to: string) => `您正与市民通话。${to} 在听音乐,听不到你们。`,
    joined: (to: string) => `三方通话: 市民、您、${to} 互相都听得到。`, step: (to: string) => `市民正在“${to}”,完成后回到您这里。`,
    released: (to: string) => `市民已转向 ${to}。`, moving: () => "正在接转,请稍候…",
  } as Record<Situation, (to: string) => string>,
  leavesSoon: "对方一接听,您就退出。",
  outcome: {
    completed: (to: string) => `已转出到 ${to},市民与对方继续通话。`, released: (to: string) => `市民已释放转到 ${to};没人接会回到队首。`,
    stepDone: (to: string, answer: string) => `“${to}”完成,市民按键: ${answer}`, stepEmpty: (to: string) => `“${to}”没有按键,市民已回到您这里。`,
    no_answer: (to: string) => `${to} 无人接听,市民已回到您这里。`, rejected: (to: string) => `${to} 忙或拒接,市民已回到您这里。`,
    unreachable: (to: string) => `${to} 接不通,市民已回到您这里。`, cancelled: (to: string) => `已收回对 ${to} 的呼叫,市民在您这里。`,
    back: (to: string) => `${to} 已离开,市民在您这里。`,
  } as Record<Outcome, (to: string, answer: string) => string>,
  citizenGone: "市民已挂机。", notes: "已写的内容随单转给对方",
  passedCall: "转来的电话", passedBy: (agent: string) => `${agent} 转来`, reference: (number: string) => `编号 ${number}`, notesSoFar: "已记录",
  company: {
    alone: (by: string) => `${by} 已退出,您与市民通话`, three: (by: string) => `三方: 市民和 ${by} 都在线`, passerOnly: (by: string) => `您正与 ${by} 通话,市民在听音乐`,
    citizenOnly: (by: string) => `您正与市民通话,${by} 听不到`, coming: (by: string) => `${by} 在线等您`,
  } as Record<Company, (by: string) => string>,
  expert: {
    ask: "请专家书面答复", askText: "工单按现在的内容派给专家所在单位,由其限期书面答复", noText: "请先在工单里写下市民的问题,专家据此答复",
    asked: (day: string) => `已请专家书面答复,期限 ${day}`, due: (who: string, day: string) => `待书面答复: ${who},期限 ${day}`, late: (who: string, day: string) => `书面答复已逾期: ${who},期限 ${day}`,
  },
  board: { lines: "分中心", short: (name: string) => name.replace(/分中心$/, "") },
};

export type HandWords = typeof handZh;
