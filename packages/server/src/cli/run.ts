/** How a command runs operations, here or on another machine. */
import type { z } from 'zod';
import type { Call, Operation } from '../operations/operation.ts';

/** Runs one operation; see perform() of operations/. */
export type Run = <Input extends z.ZodType, Output extends z.ZodType, Progress extends z.ZodType>(
  operation: Operation<Input, Output, Progress>,
  input: z.input<Input>,
  call?: Call<z.output<Progress>>,
) => Promise<z.output<Output>>;
