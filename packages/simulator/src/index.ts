/** The public surface of slack-simulator. */
export type { ClockMode } from './clock/movable-clock.ts';
export type { AppPatch, AppPatchResult } from './control/app-routes.ts';
export type { ClockInfo, SimulatorStatus, WaitOptions, WebhookInfo } from './control/control-info.ts';
export type { DeliveryInfo, DeliveryListQuery, EventRequestBody } from './control/delivery-routes.ts';
export type { FunctionRunBody, FunctionRunInfo } from './control/function-routes.ts';
export type { OrgInstallationInfo } from './control/org-routes.ts';
export type { PersonActInfo } from './control/person-act-info.ts';
export type { PersonAct } from './control/person-act-schemas.ts';
export { SimulatorControl } from './control/simulator-control.ts';
export type { TeamChange } from './control/team-change-routes.ts';
export type { EventLimitOptions } from './deliveries/event-limits.ts';
export { type ErrorCode, errorFixes, isSimulatorError, SimulatorError } from './errors.ts';
export type { FaultOutcome } from './faults/apply-fault.ts';
export type { FaultKind, FaultRequest } from './faults/fault.ts';
export type { FaultInfo } from './faults/fault-info.ts';
export type { SocketInfo } from './faults/live-sockets.ts';
export type { TlsOptions } from './http/server.ts';
export type { ActionInfo, DialogInfo, EntityPaneInfo, ViewInfo } from './interactivity/action-info.ts';
export type { ActionRequest } from './interactivity/action-schemas.ts';
export type { LogKind, LogRecord } from './log/log-record.ts';
export type { AppRequest } from './manifest/app-settings.ts';
export type { Seed } from './seed/seed-schema.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';
export type { AppSeed } from './workspace/apps.ts';
export type { ChannelSeed } from './workspace/channels.ts';
export type {
  AppInfo,
  ChannelInfo,
  ConfigTokenInfo,
  InstallationInfo,
  MessageInfo,
  TeamInfo,
  UserInfo,
} from './workspace/info.ts';
export type { AppKind } from './workspace/model.ts';
export type { StreamOptions } from './workspace/stream-expiry.ts';
export type { TeamSeed, UserSeed } from './workspace/teams.ts';
