import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressKind, addressKind } from '../../../host/capabilities/addresses.ts';

const CASES: readonly (readonly [AddressKind, ...string[]])[] = [
  ['public', '1.1.1.1', '8.8.8.8', '93.184.215.14', '172.15.255.255', '172.32.0.0', '100.63.255.255'],
  ['public', '100.128.0.0', '169.253.255.255', '192.167.255.255', '198.17.255.255', '198.20.0.0'],
  ['public', '223.255.255.255', '11.0.0.0', '126.255.255.255', '128.0.0.0', '9.255.255.255'],
  ['public', '2606:4700:4700::1111', '2a00:1450:4001:800::200e', '2001:4860:4860::8888', '3ffe::1'],
  ['public', '::ffff:8.8.8.8', '::ffff:808:808', '64:ff9b::8.8.8.8', '64:ff9b::808:808'],
  [
    'loopback',
    '127.0.0.1',
    '127.255.255.255',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
  ],
  ['private', '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
  ['private', '100.64.0.0', '100.127.255.255', 'fc00::', 'fdff:ffff::1', 'fec0::1', '64:ff9b:1::10.0.0.1'],
  ['private', '::ffff:10.0.0.1', '::FFFF:C0A8:0001', '64:ff9b::192.168.0.1', '64:ff9b:1:ffff::8.8.8.8'],
  [
    'link-local',
    '169.254.0.0',
    '169.254.255.255',
    'fe80::1',
    'fe80::1%eth0',
    'febf:ffff::1',
    '::ffff:169.254.1.1',
  ],
  ['metadata', '169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  ['metadata', 'fd00:ec2::254', 'fd00:ec2:0:0:0:0:0:254', 'fd00:ec2::23', 'fd20:ce::254'],
  ['metadata', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '64:ff9b::169.254.169.254'],
  ['unspecified', '0.0.0.0', '::', '::ffff:0.0.0.0'],
  ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1', '::ffff:224.0.0.1'],
  ['reserved', '0.0.0.1', '0.255.255.255', '192.0.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1'],
  ['reserved', '198.18.0.0', '198.19.255.255', '192.88.99.1', '240.0.0.0', '255.255.255.255'],
  // IPv4-compatible, IPv4-translated, Teredo, ORCHID, benchmarks, 6to4, documentation, discard, SRv6.
  ['reserved', '::8.8.8.8', '::7f00:1', '::ffff:0:127.0.0.1', '2001::1', '2001:0:4136:e378::', '2001:10::1'],
  [
    'reserved',
    '2001:2::1',
    '2002:7f00:1::',
    '2002:808:808::1',
    '2001:db8::1',
    '3fff::1',
    '100::1',
    '5f00::1',
  ],
  ['reserved', '4000::1', '8000::', 'fe00::', '64:ff9a::8.8.8.8', '64:ff9b:2::1', '64:ff9b::1:0:0'],
];

describe('addressKind()', () => {
  for (const [kind, ...addresses] of CASES) {
    test.each(addresses)(`says ${kind} of %s`, (address) => {
      expect(addressKind(address)).toBe(kind);
    });
  }

  const none = [
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.-4',
    ' 1.2.3.4',
    '0x7f.0.0.1',
  ];
  const none6 = [
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '::g',
    '12345::',
  ];
  const none64 = ['::1.2.3', '1.2.3.4::', '::1.2.3.4:5', '1::2:', ':1::2', '[::1]', '%eth0'];
  test.each([...none, ...none6, ...none64])('says that %j is no address', (text) => {
    expect(addressKind(text)).toBeNull();
  });

  test('does not depend on how an IPv6 address is written', () => {
    const group = fc.constantFrom(
      0,
      0,
      0,
      1,
      0x64,
      0xff9b,
      0xffff,
      0x7f00,
      0xa9fe,
      0xfe80,
      0x2001,
      0x2606,
      0xfd00,
    );
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const long = groups.map((each) => each.toString(16).padStart(4, '0').toUpperCase()).join(':');
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        const [high, low] = [groups[6]!, groups[7]!];
        const dotted = [high >> 8, high & 255, low >> 8, low & 255].join('.');
        const mixed = `${long.split(':').slice(0, 6).join(':')}:${dotted}`;
        const kind = addressKind(long);
        expect(kind).not.toBeNull();
        expect([addressKind(short), addressKind(mixed)]).toEqual([kind, kind]);
      }),
    );
  });

  test('agrees with node:net about the ranges that have a mask', () => {
    const blocked = new BlockList();
    blocked.addSubnet('10.0.0.0', 8);
    blocked.addSubnet('172.16.0.0', 12);
    blocked.addSubnet('192.168.0.0', 16);
    blocked.addSubnet('100.64.0.0', 10);
    const byte = fc.oneof(fc.constantFrom(10, 172, 16, 31, 192, 168, 100, 64, 127), fc.nat(255));
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        const address = bytes.join('.');
        const kind = addressKind(address);
        if (kind !== 'metadata') expect(kind === 'private').toBe(blocked.check(address));
      }),
    );
  });
});

describe('the URL parser', () => {
  const spellings = [
    '0x7f000001',
    '2130706433',
    '017700000001',
    '0177.1',
    '127.1',
    '0x7f.0.0x0.01',
    '127.0.0.1.',
  ];
  test.each(spellings)('takes %s for an address and writes it in four numbers', (spelling) => {
    expect(new URL(`http://${spelling}/`).hostname).toBe('127.0.0.1');
  });

  test('takes no host that ends in a number for a name', () => {
    for (const host of ['256.256.256.256', '1.2.3.4.5', 'a.1', '0x']) {
      const hostname = URL.parse(`http://${host}/`)?.hostname ?? null;
      expect(hostname === null || addressKind(hostname) !== null).toBe(true);
    }
  });
});
