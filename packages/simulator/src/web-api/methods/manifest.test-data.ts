/** Facts about manifest.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/manifest.test.ts';
const life = `${file} › make an app that is installed and used, change it and delete it` as const;
const missing = 'manager apps';
const registration = `
  dynamic_client_registration_failed dynamic_client_registration_invalid_redirect_uri
  dynamic_client_registration_invalid_response dynamic_client_registration_missing_oauth_endpoints
  dynamic_client_registration_not_supported dynamic_client_registration_rejected oauth_metadata_not_found
` as const;

export const manifestFacts = {
  'apps.manifest.create': {
    test: life,
    missing,
    errors: `
      ${registration} failed_adding_collaborator failed_creating_app failed_datastore_operation
      failed_generating_app_token feature_not_enabled invalid_app invalid_manager_app invalid_manifest
      invalid_team_id managed_app_limit_reached not_in_team socket_mode_not_enabled
    `,
  },
  'apps.manifest.delete': {
    test: life,
    missing,
    errors: 'app_not_eligible app_not_found app_not_owned_by_manager_app invalid_app_id published_app_only',
  },
  'apps.manifest.export': {
    test: life,
    missing,
    errors: 'app_not_eligible app_not_found app_not_owned_by_manager_app failed_export invalid_app_id',
  },
  'apps.manifest.update': {
    test: life,
    missing,
    errors: `
      ${registration} app_not_eligible app_not_found app_not_owned_by_manager_app failed_adding_collaborator
      failed_creating_app failed_datastore_operation invalid_app invalid_app_id invalid_manifest
    `,
  },
  'apps.manifest.validate': {
    test: `${file} › say what is wrong with a manifest, and where`,
    missing,
    errors: `
      app_not_eligible app_not_owned_by_manager_app failed_adding_collaborator failed_creating_app invalid_app
      invalid_app_id invalid_manifest
    `,
  },
  'tooling.tokens.rotate': {
    test: `${file} › are exchanged for new ones before they expire`,
    errors: 'invalid_refresh_token unknown_error',
  },
} as const satisfies MethodFacts;
