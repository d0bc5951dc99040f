/** The nouns of a simulated Slack, one file each in model/. Plain data; what changes them lives beside this file. */
export type * from './model/app.ts';
export type * from './model/call.ts';
export type * from './model/canvas.ts';
export type * from './model/conversation.ts';
export type * from './model/file.ts';
export type * from './model/function-run.ts';
export type * from './model/installation.ts';
export type * from './model/message.ts';
export type * from './model/person.ts';
export type * from './model/reminder.ts';
export type * from './model/star.ts';
export type * from './model/team.ts';
export type * from './model/usergroup.ts';
