// The certificates are made by the `openssl` command; without it these tests are skipped.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectSocket } from '../../host/capabilities/connect-socket.ts';
import { codeOf, fetcherFor, get, listen, NEVER, serve, text } from './fetcher-support.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate for a subject alternative name. */
function makeCertificate(name: string): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'wheeler-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-keyout', key, '-out', cert, '-subj', '/CN=test', '-addext', `subjectAltName=${name}`],
        ...['-days', '2'],
      ],
      { stdio: 'pipe', timeout: 10_000 },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe.skipIf(!hasOpenssl)('over TLS', () => {
  let trusted: Certificate;
  const before = getCACertificates('default');

  beforeAll(() => {
    trusted = makeCertificate('DNS:name.test,IP:127.0.0.1');
    setDefaultCACertificates([...before, trusted.cert]);
  });
  afterAll(() => setDefaultCACertificates(before));

  async function serveTls(certificate: Certificate): Promise<string> {
    const server = createServer(certificate, (request, response) => {
      const socket = request.socket as TLSSocket & { servername: string | false };
      response.end(JSON.stringify([request.headers.host, socket.servername, socket.alpnProtocol]));
    });
    return new URL(await listen(server, 'https')).port;
  }

  function fetchFrom(origin: string) {
    const network = { resolve: async () => ['127.0.0.1'], connect: connectSocket };
    return fetcherFor([origin], { network }).fetch(get(origin), NEVER);
  }

  test('the name stays in SNI and host while the connection goes to the checked address', async () => {
    const port = await serveTls(trusted);
    const response = await fetchFrom(`https://name.test:${port}`);
    expect(JSON.parse(await text(response.body))).toEqual([`name.test:${port}`, 'name.test', 'http/1.1']);
  });

  test('a literal address is verified as one, without SNI', async () => {
    const port = await serveTls(trusted);
    const response = await fetchFrom(`https://127.0.0.1:${port}`);
    expect(JSON.parse(await text(response.body))).toEqual([`127.0.0.1:${port}`, false, 'http/1.1']);
  });

  test('tls-failed for a certificate that nobody vouches for', async () => {
    const port = await serveTls(makeCertificate('DNS:name.test'));
    expect(await codeOf(fetchFrom(`https://name.test:${port}`))).toBe('tls-failed');
  });

  test('tls-failed for the certificate of another name', async () => {
    const port = await serveTls(trusted);
    expect(await codeOf(fetchFrom(`https://other.test:${port}`))).toBe('tls-failed');
  });

  test('tls-failed even when the environment says that certificates do not matter', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    onTestFinished(() => {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    });
    const port = await serveTls(makeCertificate('DNS:name.test'));
    expect(await codeOf(fetchFrom(`https://name.test:${port}`))).toBe('tls-failed');
  });

  test('tls-failed when the server does not speak TLS, or hangs up', async () => {
    const plain = await serve((_, response) => response.end());
    expect(await codeOf(fetchFrom(plain.replace('http:', 'https:')))).toBe('tls-failed');
    const deaf = await listen(
      createTcpServer((socket) => socket.destroy()),
      'https',
    );
    expect(await codeOf(fetchFrom(deaf))).toBe('tls-failed');
  });
});
