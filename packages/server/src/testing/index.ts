/** `slack-bot-server/testing`: a Slack, a server and a bot in the process of a test. Needs the package slack-simulator. */
export type { BotFile } from '../bot-server.ts';
export { openStage, type StageOptions } from './open-stage.ts';
export type { ActWithoutWho, Expected, Person, Place, Values, Waiting, Where } from './person.ts';
export type { Stage, StageServer } from './stage.ts';
export type { StageTeam } from './stage-team.ts';
