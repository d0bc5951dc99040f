/** Facts about file-upload.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const fileUploadFacts = {
  'files.completeUploadExternal': {
    test: 'src/web-api/methods/files.test.ts › take the content as a body, as a form, and by PUT',
    errors: `
      channel_not_found channels_limit_exceeded file_not_found file_type_not_allowed file_update_failed
      file_uploads_except_images_disabled invalid_blocks invalid_channel not_in_channel posting_to_channel_denied
    `,
  },
  'files.getUploadURLExternal': {
    test: 'src/web-api/methods/files.test.ts › take the content as a body, as a form, and by PUT',
    errors: `
      alt_txt_too_large file_type_not_allowed file_upload_size_restricted file_uploads_disabled
      file_uploads_except_images_disabled missing_argument snippet_too_large storage_limit_reached
      unknown_snippet_type unknown_subtype
    `,
  },
} as const satisfies MethodFacts;
