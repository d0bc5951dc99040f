/** Methods that Slack had once. It answers `method_deprecated` where a name that never was is `unknown_method`. */

const ofConversations = 'history list mark open close replies'.split(' ');
const ofChannels =
  'archive create history info invite join kick leave list mark rename replies setPurpose setTopic unarchive'.split(
    ' ',
  );

/**
 * Their names: conversations.* came in place of `channels.*` and its like in 2021, and files.getUploadURLExternal in
 * place of `files.upload` in 2025. (mrkaye97/slackr#89, wee-slack/wee-slack#959, ComposioHQ/composio#2236)
 */
export const retiredMethods: ReadonlySet<string> = new Set([
  'files.upload',
  ...ofChannels.map((name) => `channels.${name}`),
  ...[...ofChannels, 'open', 'close', 'createChild'].map((name) => `groups.${name}`),
  ...ofConversations.map((name) => `im.${name}`),
  ...ofConversations.map((name) => `mpim.${name}`),
]);
