/**
 * What an operator may ask or do, as data: its name, who may do it, what goes in and what comes out, and the function itself. The doors
 * (today the command line) are made of these and decide nothing. operations.ts has the list.
 */
import type { z } from 'zod';
import { BotServerError, type ErrorCode } from '../errors.ts';
import { type AuditFacts, resultFacts } from './audit/audit-facts.ts';
import { type Actor, runAudited } from './audit/audited.ts';
import type { OperationContext } from './operation-context.ts';

export type { Actor } from './audit/audited.ts';

/** `read` changes nothing; `operate` writes rows, which the running server acts on. */
export type Role = 'read' | 'operate';

/** How a door follows one run. */
export interface Call<Progress> {
  /** Ends waiting early; what has been written stays. */
  signal?: AbortSignal;
  /** Called for each step of an operation that takes long. */
  readonly onProgress?: (progress: Progress) => void;
  /** What the audit keeps beside the input: what the door does with the answer. Of another machine only that machine knows it. */
  readonly noted?: AuditFacts;
}

/** What the function of an operation gets beside its input. */
export type RunContext<Progress = never> = OperationContext & {
  signal?: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Whether the door may show secrets: only the command line, to who can read the database and its key anyway. */
  readonly mayShowSecrets: boolean;
  readonly actor: Actor;
};

/** One thing that an operator may ask or do. */
export interface Operation<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Progress extends z.ZodType = z.ZodType,
> {
  /** `teams.deactivate`: what it is about and what is done. Stable, because commands, paths and tools are named after it. */
  readonly name: string;
  /** Its place below /api, where the rule of admin/route.ts finds none that reads well; a field of the input stands in braces. @defaultValue by that rule */
  readonly path?: string;
  readonly role: Role;
  /** One line, as a list of commands shows it. */
  readonly summary: string;
  /** Always an object of named fields, so that a form, a query and a tool can ask for them. */
  readonly input: Input;
  /** A field that comes later has a default: commands ask servers that are older than they are; see cli/remote-answer.ts. */
  readonly output: Output;
  /** What is told on the way. @defaultValue nothing */
  readonly progress?: Progress;
  /** Codes with which it fails, beside those of `commonErrors`. */
  readonly errors: readonly ErrorCode[];
  /** It runs only while no server uses the database, and locks it until the storage is closed. @defaultValue false */
  readonly needsStoppedServer?: boolean;
  /** Whether each run is written into the audit. @defaultValue true for the role `operate` */
  readonly audited?: boolean;
  /** How it is undone, or that it cannot be: one sentence. Each that changes something has one. */
  readonly undo?: string;
  /** What of the input the audit keeps, with what follows from who asks. @defaultValue all of it, without secrets */
  auditedInput?(input: z.output<Input>, actor: Actor): AuditFacts;
  /** What the audit keeps of the answer. @defaultValue its words and numbers, see resultFacts */
  auditedResult?(output: z.output<Output>): AuditFacts;
  /** With which code the audit tells an answer as failed that says it was ended early. @defaultValue every answer is done */
  auditedError?(output: z.output<Output>): ErrorCode | undefined;
  /** What the audit says of before and after: asked both times. @defaultValue nothing */
  snapshot?(context: OperationContext, input: z.output<Input>): Promise<AuditFacts | undefined>;
  run(context: RunContext<z.output<Progress>>, input: z.output<Input>): Promise<z.output<Output>>;
}

/** Codes with which any operation may fail. */
export const commonErrors = ['invalid_input', 'store_unavailable', 'value_refused'] as const satisfies ErrorCode[];

/** Lets the compiler derive the types of `run` from the schemas. */
export function defineOperation<Input extends z.ZodType, Output extends z.ZodType, Progress extends z.ZodType>(
  operation: Operation<Input, Output, Progress>,
): Operation<Input, Output, Progress> {
  return operation;
}

/** What runs an operation, and how the run is followed. */
export interface Performance<Progress> extends Call<Progress> {
  context: OperationContext;
  actor: Actor;
  /** See RunContext. @defaultValue false */
  mayShowSecrets?: boolean;
}

/** Whether each run of it is written into the audit. */
export function isAudited({ audited, role }: Pick<Operation, 'audited' | 'role'>): boolean {
  return audited ?? role === 'operate';
}

/**
 * Checks the input and runs the operation. Every door goes through here. What changes something has a row in the audit before it
 * begins; a wrong input changes nothing and has none.
 * @throws BotServerError `invalid_input` naming each bad field, `store_locked` beside a server that has to be stopped, and what
 * the operation names
 */
export async function perform<Input extends z.ZodType, Output extends z.ZodType, Progress extends z.ZodType>(
  operation: Operation<Input, Output, Progress>,
  input: z.input<Input>,
  { context, actor, mayShowSecrets = false, signal, onProgress = () => {}, noted }: Performance<z.output<Progress>>,
): Promise<z.output<Output>> {
  const parsed = operation.input.safeParse(input);
  if (!parsed.success) throw invalidInput(operation, parsed.error.issues, input);
  const following = { ...(signal && { signal }), onProgress, mayShowSecrets, actor };
  const run = async () => {
    // Within the audit: that it was refused beside a server is told like any other failure.
    if (operation.needsStoppedServer) await context.acquireLock();
    return await operation.run({ ...context, ...following }, parsed.data);
  };
  // A dry run changes nothing.
  if (!isAudited(operation) || Object(parsed.data).dryRun === true) return await run();
  return await runAudited(context, {
    operation: operation.name,
    actor,
    input: { ...(operation.auditedInput?.(parsed.data, actor) ?? (parsed.data as AuditFacts)), ...noted },
    resultOf: (output) => operation.auditedResult?.(output) ?? resultFacts(output),
    errorOf: (output) => operation.auditedError?.(output),
    snapshot: async () => await operation.snapshot?.(context, parsed.data),
    run,
  });
}

function invalidInput({ name }: Operation, issues: readonly z.core.$ZodIssue[], input: unknown): BotServerError {
  const more = issues.length > MOST_NAMED ? [`and ${issues.length - MOST_NAMED} more`] : [];
  const named = issues.slice(0, MOST_NAMED).map((issue) => describe(issue, input));
  const message = [...named, ...more].join('; ');
  return new BotServerError('invalid_input', message, { facts: { operation: name } });
}

/** Longest value that a message repeats, in characters. */
const SHOWN = 64;

/** Bad fields that a message names: whoever sends a thousand bad lines gets no page of text for it. */
const MOST_NAMED = 5;

function describe(issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, MOST_NAMED).map((key) => JSON.stringify(key.slice(0, SHOWN)));
    return `unknown field${issue.keys.length > 1 ? 's' : ''} ${names.join(', ')}`;
  }
  const [field, ...rest] = issue.path;
  if (field === undefined) return issue.code === 'invalid_type' ? notFields(input) : issue.message;
  // Only what stands in a field by itself is repeated: lists and objects may hold tokens.
  const value = rest.length > 0 ? undefined : (Object(input) as Record<PropertyKey, unknown>)[field];
  const got = ['string', 'number', 'boolean'].includes(typeof value) ? `; got ${shown(value)}` : '';
  return `${issue.path.join('.')} ${issue.message}${got}`;
}

function notFields(input: unknown): string {
  return `must be an object of fields; got ${Array.isArray(input) ? 'a list' : input === null ? 'null' : typeof input}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
