/** The `thumb_*` and `original_*` of a picture. The addresses give the picture itself: nothing here makes it smaller. */
import type { Json } from './json.ts';
import type { SlackFile, Team } from './model.ts';
import { pictureSize } from './picture-size.ts';

/** The squares that every picture has, and the boxes of which it has those up to its own size, but at least the smallest. */
const SQUARES = [64, 80, 160];
const BOXES = [360, 480, 720, 800, 960, 1024];

/** Nothing for what is no picture. (Keys: slackapi/java-slack-sdk, json-logs/samples/api/files.info.json) */
export function thumbnailsOf(team: Team, file: SlackFile): Json {
  const size = pictureSize(file.content);
  if (!size) return {};
  const { width, height } = size;
  const longest = Math.max(width, height);
  const thumbs: Json = {};
  for (const side of SQUARES) thumbs[`thumb_${side}`] = addressOf(team, file, side);
  for (const side of BOXES.filter((one, index) => index === 0 || one <= longest)) {
    const scale = Math.min(1, side / longest);
    thumbs[`thumb_${side}`] = addressOf(team, file, side);
    thumbs[`thumb_${side}_w`] = Math.max(1, Math.round(width * scale));
    thumbs[`thumb_${side}_h`] = Math.max(1, Math.round(height * scale));
  }
  return { ...thumbs, original_w: width, original_h: height };
}

/** A page of its own on Slack, too, that asks for the same token. */
function addressOf(team: Team, file: SlackFile, side: number): string {
  const [, stem = file.name, extension = ''] = /^(.*?)(\.\w+)?$/s.exec(file.name) ?? [];
  return `${file.origin}/files-tmb/${team.id}-${file.id}-${file.publicSecret}/${encodeURIComponent(`${stem}_${side}${extension}`)}`;
}
