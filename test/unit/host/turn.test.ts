// The end of a turn of the event loop, which the test turns by hand.

import { expect, test } from 'vitest';
import { Turn } from '../../../host/turn.ts';

function handTurned() {
  const callbacks: (() => void)[] = [];
  const ran: string[] = [];
  const turn = new Turn((callback) => callbacks.push(callback));
  const end = () => {
    for (const callback of callbacks.splice(0)) callback();
  };
  return { turn, ran, end, run: (name: string) => () => void ran.push(name) };
}

test('answers of a turn leave together at its end, in order, before a guest goes on', () => {
  const { turn, ran, end, run } = handTurned();
  turn.next(run('guest'));
  turn.hold(run('first'), 0);
  turn.hold(run('second'), 0.9);
  expect(ran).toEqual([]);
  end();
  expect(ran).toEqual(['first', 'second', 'guest']);
});

test('in a long turn no answer waits longer than a millisecond for those after it', () => {
  const { turn, ran, end, run } = handTurned();
  turn.hold(run('first'), 10);
  turn.hold(run('second'), 11);
  expect(ran).toEqual(['first']);
  turn.hold(run('third'), 11.5);
  expect(ran).toEqual(['first']);
  end();
  expect(ran).toEqual(['first', 'second', 'third']);
});

test('what asks for the next turn at the end of one gets the next one', () => {
  const { turn, ran, end, run } = handTurned();
  turn.next(() => {
    ran.push('guest');
    turn.next(run('guest again'));
    turn.hold(run('answer'), 0);
  });
  end();
  expect(ran).toEqual(['guest']);
  end();
  expect(ran).toEqual(['guest', 'answer', 'guest again']);
});
