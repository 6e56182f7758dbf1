/** Questions that a person answers with one of two buttons. */

export interface Question {
  title: string;
  body: string;
  /** Single points of what would happen, if there are several. */
  points?: string[];
  confirm: string;
  cancel?: string;
  danger?: boolean;
}

class Confirmation {
  question = $state.raw<Question | null>(null);
  #answer: ((yes: boolean) => void) | null = null;

  /** Asks; resolves to whether the person agreed. An earlier open question counts as refused. */
  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(yes: boolean): void {
    this.question = null;
    this.#answer?.(yes);
    this.#answer = null;
  }
}

export const confirmation = new Confirmation();
