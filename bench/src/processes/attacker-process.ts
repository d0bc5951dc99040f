/** Who attacks, in a process of its own: neither the load nor the server may be slow because of it. */
import { attacks } from '../attack/attacks.ts';
import { SignedPosts } from '../attack/signed-posts.ts';
import { SlackSender } from '../attack/slack-sender.ts';
import { answerRequests } from './answer-requests.ts';

answerRequests({
  async attack({ name, port, secret, seconds }) {
    const attack = attacks.find((one) => one.name === name);
    if (!attack) throw new Error(`unknown attack ${name}`);
    const slack = new SlackSender(new SignedPosts(port, secret));
    const signal = AbortSignal.timeout(seconds * 1_000);
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const [done] = await Promise.all([attack.run({ port, signal, slack }), ended]);
    slack.close();
    return { done };
  },
});
