/** What a canvas has besides being a file. Plain data. */

/** What somebody may do with a canvas. */
export type CanvasAccess = 'read' | 'write' | 'owner';

/** A heading, a paragraph, an item of a list and so on: what canvases.edit changes as a whole. */
export interface CanvasSection {
  /** `temp:C:…` */
  readonly id: string;
  readonly kind: 'h1' | 'h2' | 'h3' | 'text';
  readonly markdown: string;
}

/** A document that people and apps write together. */
export interface Canvas {
  sections: readonly CanvasSection[];
  /** By the id of a person, or of a conversation for its members. */
  readonly access: Map<string, CanvasAccess>;
  /** The one canvas of its conversation, which everybody there may write. */
  readonly isOfChannel: boolean;
  lastEditorId: string;
  editedAtMs: number;
}
