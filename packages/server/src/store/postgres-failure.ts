/** From PostgreSQL's errors to ours: what happened in words an operator can act on, never a parameter or a password. */
import pg from 'pg';
import { type CertificateTrouble, certificateReason, certificateTrouble } from '../certificate-trouble.ts';
import { BotServerError, isBotServerError } from '../errors.ts';
import { type StoreTrouble, storeTroubles, troubleIn } from './store-trouble.ts';

/** Codes that have a better explanation than the server's own. (https://www.postgresql.org/docs/current/errcodes-appendix.html) */
export const explanations: Readonly<Record<string, string>> = {
  '25006':
    'it is read-only: DATABASE_URL must name the primary, not a standby, and default_transaction_read_only must be off',
  '28000': 'it does not let this user in (see pg_hba.conf)',
  '28P01': 'the user name or the password in DATABASE_URL is wrong',
  '3D000': 'there is no such database; create it, or correct its name in DATABASE_URL',
  '42501': 'this user lacks a permission; it must own the tables and may create more',
  '53100': 'its disk is full',
  '53300': 'it has no connection left: raise max_connections, or end other clients',
  '57014': 'a statement took too long and was cancelled',
  '57P01': 'it is shutting down, or an operator ended the connection',
  '57P02': 'it crashed and is starting again',
  '57P03': 'it is starting up and takes no connection yet',
  '25P02': 'an earlier statement of the transaction failed',
  '25P03': 'the transaction was idle for too long and was rolled back',
  '25P04':
    'the transaction took longer than transaction_timeout of the database or its user allows, and was rolled back',
  ECONNREFUSED: 'nothing listens there; is PostgreSQL running, and are host and port right?',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'its host does not answer',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name cannot be looked up now',
  ENOENT: 'its socket or certificate file does not exist',
};

const ofCertificates: Readonly<Record<CertificateTrouble, string>> = {
  expired: 'its certificate has expired; renew it, or correct the clock of this machine',
  not_yet_valid: 'its certificate is not valid yet; correct the clock of this machine',
  wrong_name: 'its certificate is for another name than the host in DATABASE_URL',
  untrusted:
    'its certificate is not trusted here; name the file with the certificate of its CA as sslrootcert in DATABASE_URL',
  unfit: 'its certificate is not accepted here; install another one on the PostgreSQL server',
};

/** What `pg` itself says, and what that means; the third is for errors without a code. */
const sayings: readonly (readonly [RegExp, string, StoreTrouble?])[] = [
  [/timeout exceeded when trying to connect/, 'no connection became free in time', 'locked'],
  [/connection timeout|timeout expired/i, 'its host does not answer', 'unreachable'],
  [/Query read timeout/, 'it did not answer in time', 'locked'],
  [/Connection (terminated|ended)|not queryable|Client was closed/i, 'the connection broke', 'unreachable'],
  [/password must be a string/, 'it asks for a password and DATABASE_URL has none'],
  [/does not support SSL/, 'it does not speak TLS; see sslmode in DATABASE_URL'],
  [/Invalid URL/, 'DATABASE_URL is not a URL; percent-encode special characters of the password'],
];

/** Turns whatever `pg` threw into the error that the caller of the store meets. */
export function toStoreError(error: unknown, database: string): BotServerError {
  if (error instanceof BotServerError) return error;
  const explanation = explain(error);
  const code = codeOf(error);
  const [kind, what] = isRefusal(error)
    ? (['value_refused', 'refused a value'] as const)
    : (['store_unavailable', 'failed'] as const);
  const facts = code === undefined ? { database, ...troubleSaid(error) } : { database, code };
  const trouble = kind === 'store_unavailable' ? troubleIn(facts) : undefined;
  return new BotServerError(kind, `The database ${database} ${what}: ${explanation}`, {
    // Not the error itself: its details hold values of rows, and a bad URL the password.
    cause: new Error(`${code === undefined ? '' : `${code}: `}${detailOf(error)}`),
    facts,
    ...(trouble && { fix: storeTroubles[trouble].fix }),
  });
}

/** Whether the connection cannot be used after this error. */
export function isFatal(error: unknown): boolean {
  // By code, because the severity comes in the language of the server.
  return !(error instanceof pg.DatabaseError) || /^(08(?!P01)|57P|25P0[34])/.test(error.code ?? '');
}

/** A deadlock or a serialization failure: the database undid it because of others, and it will go through when it is tried again. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40P01' || code === '40001';
}

/** The server takes no writes: it is a standby, or was a primary until now. The statement did nothing. */
export function isRefusedWrite(error: unknown): boolean {
  return codeOf(error) === '25006';
}

/**
 * Whether it is the values of this statement that the server does not take, now or ever: data (22), constraints (23), a limit
 * such as the size of an index entry (54), an exception of somebody's trigger (P0001).
 */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|23|54|P0001)/.test(error.code ?? '');
}

function explain(error: unknown): string {
  return explanationOf(error) ?? detailOf(error);
}

function explanationOf(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const trouble = certificateTrouble(code);
  if (trouble === undefined) return explanations[code];
  return trouble === 'unfit' ? `${ofCertificates.unfit} (${certificateReason(error)})` : ofCertificates[trouble];
}

function detailOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) return serverDetail(error);
  if (error instanceof TypeError && !('input' in error)) return error.message;
  const message = error instanceof Error ? error.message : '';
  const saying = sayingOf(message)?.[1];
  if (saying !== undefined) return saying;
  return explanationOf(error) ?? (message === '' ? 'the connection failed' : message);
}

function sayingOf(message: string): (typeof sayings)[number] | undefined {
  return sayings.find(([pattern]) => pattern.test(message));
}

function troubleSaid(error: unknown): { trouble?: StoreTrouble } {
  const trouble = error instanceof Error ? sayingOf(error.message)?.[2] : undefined;
  return trouble === undefined ? {} : { trouble };
}

// Messages of data exceptions (22), of constraints (23) and of triggers may quote values; all others speak of tables, users and states.
function serverDetail({ code = '', message, table, constraint }: pg.DatabaseError): string {
  if (message.startsWith('unsupported startup parameter')) {
    return `the pooler before it refuses ${message.replace(/^.*: */, '')}: leave it out of DATABASE_URL, or add it to ignore_startup_parameters of the pooler`;
  }
  if (!/^(2[23]|P0001)/.test(code)) return message;
  const place = [table && `table ${table}`, constraint && `constraint ${constraint}`].filter(Boolean).join(', ');
  const what = code.startsWith('22') ? 'a value does not fit its column' : 'a row breaks a rule of the table';
  return place === '' ? what : `${what} (${place})`;
}

function codeOf(error: unknown): string | undefined {
  if (isBotServerError(error)) return typeof error.facts.code === 'string' ? error.facts.code : undefined;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code;
}
