import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type Exchange } from './bridge.ts';
import { type Answer } from './protocol.ts';
import { standStill } from './standStill.ts';

/** A thread of Node that has the device. */
export function nodeThread(): Exchange {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { port: port2, flag }, transferList: [port2], execArgv: [] });
  worker.unref();
  port1.unref();
  return (question) => {
    Atomics.store(flag, 0, 0);
    port1.postMessage(question);
    standStill(flag, question);
    return (receiveMessageOnPort(port1) as { readonly message: Answer }).message;
  };
}
