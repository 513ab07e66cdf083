// The package `wasi:sockets`, denied: no socket is ever made and no name looked up, so what a
// guest asks for ends with access-denied. The functions on sockets are there because a component
// that is linked to them must be linked to something.
// Spec: abi/wit/deps/wasi-sockets.

import { trap } from '../canonical/trap.ts';
import { type HostFunction, type HostInterface, plain } from '../host-interface.ts';

const denied = plain(() => ({ tag: 'err', val: 'access-denied' }));
const unreachable = plain(() => trap('Sockets are denied, so there is none'));

const OF_TCP_SOCKETS = [
  'start-bind',
  'finish-bind',
  'start-connect',
  'finish-connect',
  'start-listen',
  'finish-listen',
  'accept',
  'local-address',
  'remote-address',
  'is-listening',
  'address-family',
  'set-listen-backlog-size',
  'keep-alive-enabled',
  'set-keep-alive-enabled',
  'keep-alive-idle-time',
  'set-keep-alive-idle-time',
  'keep-alive-interval',
  'set-keep-alive-interval',
  'keep-alive-count',
  'set-keep-alive-count',
  'hop-limit',
  'set-hop-limit',
  'receive-buffer-size',
  'set-receive-buffer-size',
  'send-buffer-size',
  'set-send-buffer-size',
  'subscribe',
  'shutdown',
];

const OF_UDP_SOCKETS = [
  'start-bind',
  'finish-bind',
  'stream',
  'local-address',
  'remote-address',
  'address-family',
  'unicast-hop-limit',
  'set-unicast-hop-limit',
  'receive-buffer-size',
  'set-receive-buffer-size',
  'send-buffer-size',
  'set-send-buffer-size',
  'subscribe',
];

function methods(resource: string, names: readonly string[]): Record<string, HostFunction<unknown>> {
  return Object.fromEntries(names.map((name) => [`[method]${resource}.${name}`, unreachable]));
}

function interfaceOf(name: string, functions: Record<string, HostFunction<unknown>>): HostInterface<unknown> {
  return { name: `wasi:sockets/${name}@0.2.12`, functions, drops: {} };
}

/** The resource `network`; nothing can be reached through it. */
class Network {}

export const sockets: readonly HostInterface<unknown>[] = [
  // No stream of ours is a socket, so no error is one of the network.
  interfaceOf('network', { 'network-error-code': plain(() => undefined) }),
  interfaceOf('instance-network', { 'instance-network': plain(() => new Network()) }),
  interfaceOf('ip-name-lookup', {
    'resolve-addresses': denied,
    ...methods('resolve-address-stream', ['resolve-next-address', 'subscribe']),
  }),
  interfaceOf('tcp-create-socket', { 'create-tcp-socket': denied }),
  interfaceOf('tcp', methods('tcp-socket', OF_TCP_SOCKETS)),
  interfaceOf('udp-create-socket', { 'create-udp-socket': denied }),
  interfaceOf('udp', {
    ...methods('udp-socket', OF_UDP_SOCKETS),
    ...methods('incoming-datagram-stream', ['receive', 'subscribe']),
    ...methods('outgoing-datagram-stream', ['check-send', 'send', 'subscribe']),
  }),
];
