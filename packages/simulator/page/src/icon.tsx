/** The page's own signs, drawn: characters would look different on each machine, and some have none. On a grid of 20, in the colour of the text. */

const PATHS = {
  app: 'M10 2.5l6.5 3.75v7.5L10 17.5l-6.5-3.75v-7.5z',
  attach: 'M14.5 9.5l-5 5a3 3 0 01-4.2-4.2l6-6a2 2 0 012.8 2.8l-6 6a1 1 0 01-1.4-1.4l5-5',
  bell: 'M5 13.5V9a5 5 0 0110 0v4.5l1.5 1.5h-13zM8.5 17.5h3',
  bolt: 'M11 2.5L4.5 11.5h5l-.5 6 6.5-9h-5z',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  clock: 'M10 5.5V10l3 2M17.5 10a7.5 7.5 0 11-15 0 7.5 7.5 0 0115 0z',
  close: 'M5 5l10 10M15 5L5 15',
  columns: 'M3.5 4.5h13v11h-13zM10 4.5v11',
  down: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
  eye: 'M2.5 10S5.5 4.5 10 4.5 17.5 10 17.5 10 14.5 15.5 10 15.5 2.5 10 2.5 10zM12 10a2 2 0 11-4 0 2 2 0 014 0z',
  group: 'M12.5 7a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0zM4.5 16c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5',
  hash: 'M8 3.5l-1.5 13M13.5 3.5L12 16.5M4 7.5h13M3 12.5h13',
  link: 'M8.5 11.5a3 3 0 004.2 0l3-3a3 3 0 00-4.2-4.2l-1 1M11.5 8.5a3 3 0 00-4.2 0l-3 3a3 3 0 004.2 4.2l1-1',
  lock: 'M5 9h10v7.5H5zM7 9V6.5a3 3 0 016 0V9',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  pencil: 'M4 16l.8-3.3L13.5 4l2.5 2.5-8.7 8.7zM12 5.5L14.5 8',
  picture: 'M3.5 4.5h13v11h-13zM3.5 13l3.5-3.5 3 3 2.5-2.5 4 4M8 8a1 1 0 11-2 0 1 1 0 012 0z',
  pin: 'M7 3.5h6l-.5 5 2.5 3H5l2.5-3zM10 11.5v5',
  plus: 'M10 4.5v11M4.5 10h11',
  record: 'M17.5 10a7.5 7.5 0 11-15 0 7.5 7.5 0 0115 0zM13 10a3 3 0 11-6 0 3 3 0 016 0z',
  search: 'M13 8.5a4.5 4.5 0 11-9 0 4.5 4.5 0 019 0zM12 12l4.5 4.5',
  send: 'M3.5 4l13.5 6-13.5 6 2-6zM5.5 10h6',
  smile: 'M17.5 10a7.5 7.5 0 11-15 0 7.5 7.5 0 0115 0zM7.5 8h.01M12.5 8h.01M6.5 11.5c1.5 3 5.5 3 7 0',
  stop: 'M6 6h8v8H6z',
  thread: 'M3.5 4.5h13v9H9l-3.5 3v-3h-2zM6.5 7.5h7M6.5 10.5h5',
  thumbDown: 'M6 11.5V4.5H4v7zM6 11.5l3 5.5c1.5 0 2-1 1.5-4H15c1 0 1.5-1 1.2-2l-1.4-5c-.2-1-.8-1.5-1.8-1.5H6',
  thumbUp: 'M6 8.5v7H4v-7zM6 8.5L9 3c1.5 0 2 1 1.5 4H15c1 0 1.5 1 1.2 2l-1.4 5c-.2 1-.8 1.5-1.8 1.5H6',
  trace: 'M2.5 10.5h3.5l2-6 4 11 2-5h3.5',
  trash: 'M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon-sign" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
