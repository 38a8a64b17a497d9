/** The icon set: strokes on a 16-unit square, drawn for this product. Always decorative; words carry meaning. */
const shapes = {
  bell: "M8 2a3.8 3.8 0 0 0-3.8 3.8c0 3.2-1.4 4.4-1.4 4.9 0 .4.3.6.7.6h9c.4 0 .7-.2.7-.6 0-.5-1.4-1.7-1.4-4.9A3.8 3.8 0 0 0 8 2ZM6.6 13.6c.3.4.8.7 1.4.7s1.1-.3 1.4-.7",
  check: "M3 8.5 6.4 12 13 4.5",
  chevronDown: "m4 6 4 4 4-4",
  chevronRight: "m6 4 4 4-4 4",
  chevronLeft: "M10 4 6 8l4 4",
  close: "m4 4 8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5 14 14",
  upload: "M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v2.2c0 .5.4.8.8.8h9.4c.4 0 .8-.3.8-.8v-2.2",
  download: "M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 10.5v2.2c0 .5.4.8.8.8h9.4c.4 0 .8-.3.8-.8v-2.2",
  external:
    "M13.5 2.5h-5M13.5 2.5v5M13.5 2.5 7 9M6 3.5H3.3c-.4 0-.8.4-.8.8v8.4c0 .4.4.8.8.8h8.4c.4 0 .8-.4.8-.8V10",
  arrived: "M2.5 8H10M7 5l3 3-3 3M10.5 2.5h2.2c.4 0 .8.4.8.8v9.4c0 .4-.4.8-.8.8h-2.2",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.3v3.7M8 5v.2",
  warning: "M8 2.5 1.8 13.2h12.4L8 2.5ZM8 6.7v3M8 11.4v.2",
  people:
    "M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.8 13.5c0-2.2 1.9-3.7 4.2-3.7s4.2 1.5 4.2 3.7M10.8 3.4a2.4 2.4 0 0 1 0 4.4M12 10.2c1.3.5 2.2 1.7 2.2 3.3",
  settings:
    "M2.5 5h4M10.5 5h3M8.5 6.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4ZM2.5 11h2M8.5 11h5M6.5 12.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Z",
  compare: "M2.5 2.5h7.5v7.5H2.5v-7.5ZM6 6h7.5v7.5H6V6Z",
  align: "M8 2v12M2 8h12M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  drawing: "M3 2.5h7l3 3v8H3v-11ZM10 2.5v3h3M5.5 8.5h5M5.5 11h3",
  connection: "M5.2 5.5H4a2.5 2.5 0 0 0 0 5h1.2M10.8 5.5H12a2.5 2.5 0 0 1 0 5h-1.2M5.5 8h5",
  undo: "M6 3.5 3 6.5l3 3M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6",
  rotate: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.5",
  mail: "M2.5 3.8h11v8.4h-11V3.8ZM2.5 4.3 8 8.7l5.5-4.4",
  trash: "M3 4.5h10M6.3 4.5V2.8h3.4v1.7M4.3 4.5l.5 9h6.4l.5-9M6.8 7v4M9.2 7v4",
  offline: "M2 2l12 12M3.2 7.2a7 7 0 0 1 3-1.8M9.6 5.4a7 7 0 0 1 3.2 1.8M5.3 9.6a4 4 0 0 1 3.7-1M8 12.4v.1",
  company: "M3 13.5v-11h6v11M9 6.5h4v7M1.5 13.5h13M5.2 5.3h1.6M5.2 8h1.6M5.2 10.7h1.6",
  list: "M2.5 4h11M2.5 8h11M2.5 12h11",
  theme: "M8 2.2a5.8 5.8 0 1 0 0 11.6V2.2Z",
  language:
    "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2.3 8h11.4M8 2c1.7 1.6 2.5 3.6 2.5 6S9.7 12.4 8 14M8 2C6.3 3.6 5.5 5.6 5.5 8s.8 4.4 2.5 6",
  signOut: "M9.5 2.5H3.3c-.4 0-.8.4-.8.8v9.4c0 .4.4.8.8.8h6.2M6.5 8h7M10.8 5.2 13.6 8l-2.8 2.8",
  pause: "M5.5 3.5v9M10.5 3.5v9",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, large }: { name: IconName; large?: boolean }) {
  return (
    <svg className={large ? "icon large" : "icon"} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}
