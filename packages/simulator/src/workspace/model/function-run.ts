/** Functions of apps, and their runs as steps of workflows. Plain data. */
import type { App } from './app.ts';
import type { Installation, Token } from './installation.ts';
import type { Team } from './team.ts';

/** An input or output of a function. */
export interface FunctionParameter {
  readonly name: string;
  /** `string`, `integer`, `slack#/types/user_id` and so on. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly isRequired: boolean;
}

/** A function as the manifest of its app declares it. */
export interface AppFunction {
  readonly callbackId: string;
  readonly title: string;
  readonly description: string;
  readonly inputs: readonly FunctionParameter[];
  readonly outputs: readonly FunctionParameter[];
}

/** A step of a workflow that an app carries out. */
export interface FunctionRun {
  /** `Fx…` */
  readonly id: string;
  /** `Fn…`, the same for every run of the function. */
  readonly functionId: string;
  /** `Wx…` */
  readonly workflowRunId: string;
  readonly app: App;
  readonly team: Team;
  readonly installation: Installation;
  readonly definition: AppFunction;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly startedAtMs: number;
  status: 'running' | 'succeeded' | 'failed';
  outputs: Readonly<Record<string, unknown>> | undefined;
  /** Why it failed, in the app's words. */
  error: string | undefined;
  /** Oldest first; they end with the run. */
  readonly tokens: Token[];
}
