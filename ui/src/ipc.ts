/**
 * The one place that talks to the shell.
 *
 * A request is one object, a response is one object; a refusal becomes a `CommandFailure`,
 * whose code the window branches on.
 */
import { invoke } from '@tauri-apps/api/core';
import { listen as listenTo, type UnlistenFn } from '@tauri-apps/api/event';

import { EVENT, type AppEvent, type Code, type CommandError, type Field } from './bindings';
import type { Commands } from './bindings/commands';
import { takeEarly } from './early';

/** A command's refusal, with what the window needs to say and do about it. */
export class CommandFailure extends Error {
  readonly code: Code;
  readonly hint: string | null;
  readonly retryable: boolean;
  readonly field: Field | null;
  readonly raw: string | null;

  constructor(error: CommandError) {
    super(error.message);
    this.name = 'CommandFailure';
    this.code = error.code;
    this.hint = error.hint;
    this.retryable = error.retryable;
    this.field = error.field;
    this.raw = error.raw;
  }

  /** Whatever was thrown, as a failure: anything unforeseen becomes `internal`. */
  static from(thrown: unknown): CommandFailure {
    if (thrown instanceof CommandFailure) return thrown;
    if (isCommandError(thrown)) return new CommandFailure(thrown);
    return new CommandFailure({
      code: 'internal',
      message: 'Something went wrong inside Registrar.',
      hint: null,
      retryable: false,
      field: null,
      raw: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

function isCommandError(thrown: unknown): thrown is CommandError {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown;
}

/** Sends one command. Rejects with a `CommandFailure` only. */
export async function call<C extends keyof Commands>(
  command: C,
  request: Commands[C][0],
): Promise<Commands[C][1]> {
  try {
    const early = takeEarly(command, request) as Promise<Commands[C][1]> | undefined;
    return await (early ?? invoke<Commands[C][1]>(command, { request }));
  } catch (thrown) {
    throw CommandFailure.from(thrown);
  }
}

/** Hears every event of the shell, until the returned function is called. */
export function listen(handler: (event: AppEvent) => void): Promise<UnlistenFn> {
  return listenTo<AppEvent>(EVENT, ({ payload }) => handler(payload));
}
