/** What both pages are made of. */
export { type Api, createApi, type Fields, Problem } from './api.ts';
export { Badge, type Tone } from './components/badge.tsx';
export { Completions, completionAria, cursorAfter } from './components/completions.tsx';
export { Confirmations, confirmed, type Question } from './components/confirm.tsx';
export { CopyButton } from './components/copy-button.tsx';
export { Dialog } from './components/dialog.tsx';
export { JsonTree } from './components/json-tree.tsx';
export { More } from './components/more.tsx';
export { QueryBox, type QueryTerm } from './components/query-box.tsx';
export { Empty, Failure, Skeleton } from './components/states.tsx';
export { Time } from './components/time.tsx';
export { Toasts, toast } from './components/toasts.tsx';
export {
  bytes,
  count,
  dateAndTime,
  duration,
  moment,
  plainName,
  plural,
  relative,
  timeOfDay,
  visible,
  zone,
} from './format.ts';
export { type Live, type LiveState, openLive } from './live.ts';
export { type Loaded, useLoad } from './load.ts';
export { address, followLinks, navigate, withParams } from './router.ts';
