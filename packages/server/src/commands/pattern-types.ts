/** What the captures of a pattern are, read from its text by the compiler. The run-time side is pattern.ts. Types only. */

/** Somebody who was mentioned. */
export interface UserMention {
  id: string;
  /** As Slack wrote it into the mention; seldom there. */
  name?: string;
}

/** A channel that was mentioned. */
export interface ChannelMention {
  id: string;
  name?: string;
}

/** A link, as Slack makes it of an address in the text. */
export interface Link {
  url: string;
  /** What is shown in place of the address. */
  label?: string;
}

/** By the name in parentheses, `:opponent(user)`, or the name of the capture itself, `:user`. */
export interface CaptureTypes {
  /** One word, or several in quotation marks. */
  word: string;
  number: number;
  user: UserMention;
  channel: ChannelMention;
  link: Link;
  email: string;
}

export type CaptureTypeName = keyof CaptureTypes;

/** What any capture can be. */
export type CaptureValue = CaptureTypes[CaptureTypeName] | CaptureTypes[CaptureTypeName][] | undefined;

/** The captures of a pattern: `CapturesOf<'lost [to :winner(user)]'>` is `{ winner: UserMention | undefined }`. */
export type CapturesOf<P extends string> = string extends P
  ? Record<string, CaptureValue>
  : Flat<CapturesOfWords<P, []>>;

/** `unknown` for a pattern that can be understood, else a type whose text says what is wrong. */
export type Checked<P extends string> = string extends P ? unknown : CheckWords<P, []>;

type Flat<T> = { [K in keyof T]: T[K] };

/** Word by word; `Depth` has an element for each bracket that is open. */
type CapturesOfWords<P extends string, Depth extends 0[]> = P extends `${infer Word} ${infer Rest}`
  ? Capture<Inside<Word>, Opened<Word, Depth>> & CapturesOfWords<Rest, Closed<Word, Opened<Word, Depth>>>
  : Capture<Inside<P>, Opened<P, Depth>>;

type CheckWords<P extends string, Depth extends 0[]> = P extends `${infer Word} ${infer Rest}`
  ? CheckWord<Inside<Word>> extends infer Problem extends string
    ? Problem
    : CheckWords<Rest, Closed<Word, Opened<Word, Depth>>>
  : CheckWord<Inside<P>> extends infer Problem extends string
    ? Problem
    : Closed<P, Opened<P, Depth>> extends []
      ? unknown
      : 'A [ of the pattern has no ]';

type Opened<Word extends string, Depth extends 0[]> = Word extends `[${infer Rest}`
  ? Opened<Rest, [...Depth, 0]>
  : Depth;

type Closed<Word extends string, Depth extends 0[]> = Word extends `${infer Rest}]`
  ? Closed<Rest, Depth extends [0, ...infer Left extends 0[]] ? Left : []>
  : Depth;

type Inside<Word extends string> = Word extends `[${infer Rest}`
  ? Inside<Rest>
  : Word extends `${infer Rest}]`
    ? Inside<Rest>
    : Word;

/** An emoji, `:wave:`, is a word as any other. */
type Capture<Word extends string, Depth extends 0[]> = Word extends `:${string}:`
  ? unknown
  : Word extends `:${infer Spec}`
    ? Depth extends []
      ? { [K in NameOf<Spec>]: ValueOf<Spec> }
      : { [K in NameOf<Spec>]: ValueOf<Spec> | undefined }
    : unknown;

type NameOf<Spec extends string> = Spec extends `${infer Name}(${string}`
  ? Name
  : Spec extends `${infer Name}${'+' | '*'}`
    ? Name
    : Spec;

type ValueOf<Spec extends string> = Spec extends `${string}(${infer Type})${'+' | '*'}`
  ? Type extends CaptureTypeName
    ? CaptureTypes[Type][]
    : never
  : Spec extends `${string}(${infer Type})`
    ? Type extends CaptureTypeName
      ? CaptureTypes[Type]
      : never
    : Spec extends `${infer Name}${'+' | '*'}`
      ? Name extends CaptureTypeName
        ? CaptureTypes[Name][]
        : string
      : Spec extends CaptureTypeName
        ? CaptureTypes[Spec]
        : string;

type CheckWord<Word extends string> = Word extends `:${string}:`
  ? undefined
  : Word extends `:${string}(${infer Type})${'' | '+' | '*'}`
    ? Type extends CaptureTypeName
      ? undefined
      : `${Type} is not a type of captures`
    : Word extends `:${string}${'(' | ')'}${string}`
      ? `${Word} is not a capture: write :name(type), with + or * behind it for several`
      : undefined;
