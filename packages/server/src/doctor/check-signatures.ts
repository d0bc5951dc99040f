/** Whether the secret is Slack's: a server and a command that share a wrong one agree with each other. */
import { type Finding, findingsOf } from './finding.ts';

/** @param requests Since the server started, within the last hour. */
export function checkSignatures({ refused, accepted }: { refused: number; accepted: number }): Finding {
  const signatures = findingsOf('signatures');
  if (accepted > 0) return signatures.ok('the running server took requests that Slack signed');
  if (refused === 0) return signatures.skipped('no signed request has come to the running server lately');
  const requests = refused === 1 ? '1 request for its' : `${refused} requests for their`;
  const fix =
    'If Slack sent them, copy the Signing Secret of the app (Basic Information, App Credentials) into SLACK_SIGNING_SECRET, and restart the server.';
  return signatures.warning(`the running server refused ${requests} signature, and is known to have taken none`, fix);
}
