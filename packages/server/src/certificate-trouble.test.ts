import { expect, it } from 'vitest';
import { certificateTrouble } from './certificate-trouble.ts';

it.each([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not_yet_valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong_name'],
  ['HOSTNAME_MISMATCH', 'wrong_name'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
  ['CERT_UNTRUSTED', 'untrusted'],
  ['INVALID_CA', 'untrusted'],
  ['CERT_REVOKED', 'unfit'],
  ['CERT_SIGNATURE_FAILURE', 'unfit'],
  ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'unfit'],
  ['INVALID_PURPOSE', 'unfit'],
  ['PATH_LENGTH_EXCEEDED', 'unfit'],
  ['UNSPECIFIED', 'unfit'],
  ['ECONNRESET', undefined],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', undefined],
  ['28P01', undefined],
  ['', undefined],
])('the code %j of a connection means a certificate that is %s', (code, trouble) => {
  expect(certificateTrouble(code)).toBe(trouble);
});
