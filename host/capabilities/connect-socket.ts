// Opens one TCP or TLS connection to addresses that were checked, and to no others: no name is
// looked up here. Of several addresses the first to answer is taken (RFC 8305). The last act of
// step 9 before HTTP begins; knows no grants.

import {
  connect as connectTcp,
  isIP,
  type LookupFunction,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { EdgeError } from '../../abi/messages.ts';

export interface Target {
  /** The name or literal in the URL: what a certificate has to be for. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly addresses: readonly string[];
}

/** Rejects with `EdgeError`; when `signal` aborts, at once and with its reason. */
export type Connect = (target: Target, signal: AbortSignal) => Promise<Socket>;

export const connectSocket: Connect = (target, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const name = isIP(target.host) === 0;
  const socket = target.tls ? openTls(target, name) : openTcp(target);
  let reached = false;
  const abort = () => socket.destroy(signal.reason as Error);

  socket.setNoDelay(true);
  socket.once('connect', () => {
    reached = true;
  });
  socket.once(target.tls ? 'secureConnect' : 'connect', () => {
    signal.removeEventListener('abort', abort);
    socket.off('error', fail);
    socket.on('error', markReset);
    resolve(socket);
  });
  function fail(cause: Error): void {
    signal.removeEventListener('abort', abort);
    reject(cause instanceof EdgeError ? cause : connectError(target, reached, cause));
  }
  socket.on('error', fail);
  signal.addEventListener('abort', abort);
  return promise;
};

/**
 * The code of a reset on a connection that was established. undici takes ECONNRESET for the end of a body
 * that has no other end, so that a body that was cut off would pass for a whole one.
 */
export const RESET_CODE = 'WHEELER_RESET';

function markReset(error: Error & { code?: string }): void {
  if (error.code === 'ECONNRESET') error.code = RESET_CODE;
}

function openTcp(target: Target): Socket {
  return connectTcp({
    host: target.host,
    port: target.port,
    lookup: among(target.addresses),
    autoSelectFamily: true,
  });
}

function openTls(target: Target, name: boolean): Socket {
  const options: ConnectionOptions & TcpNetConnectOpts = {
    host: target.host,
    port: target.port,
    lookup: among(target.addresses),
    autoSelectFamily: true,
    ALPNProtocols: ['http/1.1'],
    // Said explicitly, so that no environment variable can turn it off.
    rejectUnauthorized: true,
  };
  return connectTls(name ? { ...options, servername: target.host } : options);
}

/** Stands in for the resolver: node:net looks up what it is not given as a literal. */
function among(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const first = answers[0];
    if (first === undefined) callback(new Error('There is no address to connect to'), '');
    else if (options.all) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}

/** Errors of this host, not of the other side: out of file descriptors or memory. */
const OWN_ERRORS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

function connectError(target: Target, reached: boolean, cause: Error & { code?: string }): EdgeError {
  const place = `${target.host}:${target.port}`;
  if (reached && target.tls) {
    const why = cause.code ?? cause.message;
    return new EdgeError('tls-failed', `The TLS handshake with ${place} failed (${why})`, { cause });
  }
  if (cause.code !== undefined && OWN_ERRORS.has(cause.code)) {
    return new EdgeError('internal', 'The host could not open a connection', { cause });
  }
  const why = cause.code ?? 'no reason given';
  return new EdgeError('connection-failed', `No connection to ${place} (${why})`, { cause });
}
