/** The functions that an app declares in its manifest: steps for workflows. (https://docs.slack.dev/workflows/workflow-steps) */
import type { App, AppFunction, FunctionParameter } from '../workspace/model.ts';
import { manifestSchema } from './manifest-schema.ts';

/** Those of the last manifest that the app was given; without one there are none. */
export function functionsOf(app: App): AppFunction[] {
  const { functions = {} } = manifestSchema.pick({ functions: true }).safeParse(app.manifest).data ?? {};
  return Object.entries(functions).map(([callbackId, declared]) => ({
    callbackId,
    title: declared.title,
    description: declared.description ?? '',
    inputs: parametersOf(declared.input_parameters),
    outputs: parametersOf(declared.output_parameters),
  }));
}

interface Parameter {
  readonly type: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly is_required?: boolean | undefined;
}
type Named = Readonly<Record<string, Parameter>>;

function parametersOf(declared: object = {}): FunctionParameter[] {
  const { properties, required } = schemaOf(declared);
  return Object.entries(properties).map(([name, { type, title, description, is_required: isRequired }]) => ({
    name,
    type,
    title: title ?? name,
    description: description ?? '',
    isRequired: isRequired ?? required.includes(name),
  }));
}

/** Both forms as one. What has a type is a parameter called `properties`, and no schema. */
function schemaOf(declared: object): { properties: Named; required: readonly string[] } {
  const { properties, required = [] } = declared as { properties?: Named | Parameter; required?: readonly string[] };
  const isSchema = properties !== undefined && typeof properties.type !== 'string';
  return isSchema ? { properties: properties as Named, required } : { properties: declared as Named, required: [] };
}
