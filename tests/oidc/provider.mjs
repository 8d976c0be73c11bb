// A real OpenID provider in which nobody has to type anything:
//
//     node provider.mjs [--port PORT] [--clients JSON] [REDIRECT_URI ...]
//
// It prints one line, {"issuer":"http://127.0.0.1:PORT"}, and serves until its standard input closes or SIGTERM comes. PORT and
// CLIENTS in the environment say the same as the options. By default the port is a free one, and the only client is `ochre`
// (secret `ochre-secret`) with the redirect URIs given; without a URI there is no client yet. Who signs in is the account that
// `login_hint` of the authorization request names by its key in accounts.json. An unknown key is answered with access_denied,
// and so is a request without a hint where nobody is signed in. For the tests:
//
//     POST  /test/accounts/KEY   replaces (or makes) the account: the body is its claims, `sub` among them
//     PATCH /test/accounts/KEY   changes only the claims in the body; null takes one away
//     POST  /test/clients        replaces the clients: the body is a list of them, as in CLIENTS
//     POST  /test/rotate-keys    signs with a new key from now on; {"forget": true} also withdraws the old ones
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Provider, interactionPolicy } from 'oidc-provider';

// Standard output is for the one line.
console.log = console.info = console.error;

const { values: options, positionals: redirectUris } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, clients: { type: 'string' } },
});
const SCOPED = {
  profile: ['name', 'given_name', 'family_name', 'preferred_username'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};
const SCOPES = ['openid', 'offline_access', ...Object.keys(SCOPED)];
const HOUR = 3600;
const COOKIE_KEYS = [randomBytes(32).toString('hex')];

const accounts = new Map(Object.entries(JSON.parse(readFileSync(new URL('accounts.json', import.meta.url), 'utf8'))));
let clients = [];
let keys = [newKey()];
let issuer;
let provider;
let serve;

function listed(value) {
  return [value].flat();
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

function accountOf(sub) {
  return [...accounts.values()].find((account) => account.sub === sub);
}

// What outlives a change of the keys, the accounts or the clients, each of which makes a new provider.
const stored = new Map();

class Store {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload) {
    stored.set(`${this.model}:${id}`, payload);
  }

  async find(id) {
    return stored.get(`${this.model}:${id}`);
  }

  async findByUid(uid) {
    return this.first((payload) => payload.uid === uid);
  }

  async findByUserCode(code) {
    return this.first((payload) => payload.userCode === code);
  }

  async consume(id) {
    stored.get(`${this.model}:${id}`).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    stored.delete(`${this.model}:${id}`);
  }

  async revokeByGrantId(grantId) {
    for (const [key, payload] of stored) {
      if (payload.grantId === grantId) stored.delete(key);
    }
  }

  first(condition) {
    for (const [key, payload] of stored) {
      if (key.startsWith(`${this.model}:`) && condition(payload)) return payload;
    }
    return undefined;
  }
}

function prompts() {
  const policy = interactionPolicy.base();
  // Whoever is signed in gives way to the account that is asked for, and an account that is gone is not signed in.
  policy.get('login').checks.add(new interactionPolicy.Check('other_account', 'another account is asked for', ({ oidc }) => {
    const { session: { accountId }, params: { login_hint: hint } } = oidc;
    return accountId !== undefined && accountId !== (hint === undefined ? accountOf(accountId) : accounts.get(hint))?.sub;
  }));
  return policy;
}

function renew() {
  const scoped = new Set(Object.values(SCOPED).flat());
  const others = [...accounts.values()].flatMap(Object.keys).filter((name) => name !== 'sub' && !scoped.has(name));
  provider = new Provider(issuer, {
    adapter: Store,
    clients,
    jwks: { keys },
    cookies: { keys: COOKIE_KEYS },
    responseTypes: ['code'],
    scopes: SCOPES,
    // A claim that belongs to no scope is told with every sign-in.
    claims: { ...SCOPED, openid: ['sub', ...new Set(others)] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { policy: prompts(), url: (_, { uid }) => `/interaction/${uid}` },
    ttl: {
      AccessToken: HOUR, AuthorizationCode: 60, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, RefreshToken: HOUR, Session: HOUR,
    },
    findAccount: (_, sub) => {
      const account = accountOf(sub);
      return account && { accountId: sub, claims: () => account };
    },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(SCOPES.join(' '));
      await grant.save();
      return grant;
    },
    renderError: (ctx, out) => {
      ctx.body = out;
    },
  });
  provider.on('server_error', (_, error) => console.error(error));
  serve = provider.callback();
}

async function changeClients(value) {
  const before = clients;
  clients = listed(value);
  try {
    renew();
    // The provider looks at a client only when it is asked for it.
    for (const client of clients) await provider.Client.find(client.client_id);
  } catch (error) {
    clients = before;
    renew();
    throw new Error(error.error_description ?? error.message, { cause: error });
  }
  return clients;
}

async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const account = accounts.get(params.login_hint);
  let result = { consent: {} };
  if (prompt.name === 'login') {
    result = account
      ? { login: { accountId: account.sub } }
      : { error: 'access_denied', error_description: 'login_hint names no account' };
  }
  const location = await provider.interactionResult(request, response, result);
  if (result.login && session) await changeSession(session.uid, account.sub);
  response.writeHead(303, { location }).end();
}

// Makes the session another account's. Otherwise the provider would ask, in HTML, to sign the former one out first.
async function changeSession(uid, accountId) {
  const session = await provider.Session.findByUid(uid);
  if (!session || session.accountId === accountId) return;
  session.loginAccount({ accountId });
  delete session.authorizations;
  await session.persist();
}

function changeAccount(key, claims) {
  if (typeof claims.sub !== 'string') throw new Error('`sub` is missing');
  if ([...accounts].some(([other, { sub }]) => other !== key && sub === claims.sub)) {
    throw new Error('another account has this `sub`');
  }
  accounts.set(key, Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null)));
  renew();
  return accounts.get(key);
}

function control(method, path, body) {
  const [what, key, ...rest] = path.split('/').map(decodeURIComponent);
  switch (rest.length ? undefined : `${method} ${what}${key === undefined ? '' : '/KEY'}`) {
    case 'POST accounts/KEY':
      return changeAccount(key, body);
    case 'PATCH accounts/KEY':
      return changeAccount(key, { ...accounts.get(key), ...body });
    case 'POST clients':
      return changeClients(body);
    case 'POST rotate-keys':
      keys = [newKey(), ...(body.forget ? [] : keys)];
      renew();
      return { kid: keys[0].kid };
    default:
      throw new Error(`no such control: ${method} ${path}`);
  }
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  try {
    if (pathname.startsWith('/interaction/')) {
      await interact(request, response);
    } else if (pathname.startsWith('/test/')) {
      const body = JSON.parse(await text(request) || '{}');
      const answer = await control(request.method, pathname.slice('/test/'.length), body);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } else {
      await serve(request, response);
    }
  } catch (error) {
    console.error(error);
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error.message) }));
  }
});

server.listen(Number(options.port || process.env.PORT || 0), '127.0.0.1', async () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  const ochre = { client_id: 'ochre', client_secret: 'ochre-secret', redirect_uris: redirectUris };
  await changeClients(JSON.parse(options.clients || process.env.CLIENTS || 'null') ?? (redirectUris.length ? ochre : []));
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});

const stop = () => process.exit(0);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
