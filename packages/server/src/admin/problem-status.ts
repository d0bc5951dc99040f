/** The status of HTTP for each error code. 500 is for what no caller can cause. */
import { type ErrorCode, errorFixes } from '../errors.ts';

/** Codes by what a caller should make of them; all others are 500. */
const codesByStatus: Readonly<Record<number, readonly ErrorCode[]>> = {
  400: ['invalid_input', 'usage'],
  401: ['unauthorized'],
  403: ['forbidden'],
  404: [
    'broadcast_not_found',
    'event_not_found',
    'installation_not_found',
    'job_not_found',
    'replay_not_found',
    'route_not_found',
  ],
  405: ['method_not_allowed'],
  409: [
    'app_mismatch',
    'data_conflict',
    'event_not_failed',
    'installation_in_use',
    'installation_not_active',
    'invalid_configuration',
    'job_paused',
    'newer_tokens_stored',
    'team_of_organization',
    'store_locked',
    'sealed_value_unreadable',
    'store_not_empty',
    'team_kept',
    'team_row_changed',
    'token_expired',
  ],
  413: ['body_too_large'],
  415: ['media_type_unsupported'],
  422: ['value_refused'],
  429: ['rate_limited', 'too_many_attempts', 'too_many_streams'],
  502: ['exchange_refused', 'refresh_refused', 'slack_refused', 'slack_unreachable', 'connect_refused'],
  503: ['fenced', 'interrupted', 'server_stopped', 'store_unavailable'],
};

const statuses = new Map<string, number>(
  Object.entries(codesByStatus).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)] as const)),
);

/** The status of an error code. */
export function statusOf(code: ErrorCode): number {
  return statuses.get(code) ?? 500;
}

/** Whether a program may name this code. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorFixes, code);
}
