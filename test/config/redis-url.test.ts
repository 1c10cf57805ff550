import { describe, expect, test } from '@jest/globals';
import { PASSWORD_NOT_ENCODED, parseRedisUrl, REDIS_URL_QUERY } from '../../src/config/redis-url.ts';

describe('understood', () => {
  test.each([
    'redis://127.0.0.1:6379',
    'redis://redis',
    'redis://[::1]:6379',
    'redis://app@redis:1',
    'redis://:p%40s%2Fs%23w%3Ao%3Fr%25d+%C3%A9%2Cx@127.0.0.1:6379',
    'rediss://default:abc-._~!$&()*+;=:x@my-redis.example.com:6380/2',
    'redis://host:6379/',
  ])('%s', (url) => {
    expect(parseRedisUrl(url)).toEqual({ nodes: [url] });
  });

  test('a query is no password', () => {
    expect(parseRedisUrl('redis://host:6379?family=6')).toBe(REDIS_URL_QUERY);
    expect(parseRedisUrl('redis://:12?x@host:6379')).toBe(PASSWORD_NOT_ENCODED);
  });

  test('a list of nodes, with blanks', () => {
    expect(parseRedisUrl('redis://a:1, redis://b:2,rediss://c:3')).toEqual({
      nodes: ['redis://a:1', 'redis://b:2', 'rediss://c:3'],
    });
  });

  test('Sentinels, with or without ports, credentials and TLS', () => {
    expect(parseRedisUrl('redis+sentinel://a:1,b:2,[::1]:3/main')).toEqual({
      nodes: ['redis://a:1', 'redis://b:2', 'redis://[::1]:3'],
      sentinelMaster: 'main',
    });
    expect(parseRedisUrl('rediss+sentinel://u:p%2Cq@a,b:2/altur-main')).toEqual({
      nodes: ['rediss://u:p%2Cq@a:26379', 'rediss://u:p%2Cq@b:2'],
      sentinelMaster: 'altur-main',
    });
  });
});

test.each([
  'redis://:50%off@h:1',
  'redis://:%@h:1',
  'redis://:100%ab@h:1',
  'redis://a:1,redis://:50%off@h:1',
  'redis://:p/s#w@h:1',
  'redis://:p,w@h:1',
  'redis://:p?w@h:1',
  'redis://:p@w@h:1',
  'redis://app:12/w@h:1',
  'redis://app:12#w@h:1',
  'redis+sentinel://:p/w@h:1/main',
])('a password that is not percent-encoded is named: %s', (url) => {
  expect(parseRedisUrl(url)).toMatch(/^the password must be percent-encoded/);
});

test.each([
  'localhost',
  'http://h',
  'redis://',
  'redis://h:x',
  'redis+sentinel://a:1',
  'redis://h:1,h:2',
  'redis://h:99999',
  '',
])('anything else is answered with the forms there are: %j', (url) => {
  expect(parseRedisUrl(url)).toMatch(/^must be redis:\/\/host:6379.*redis\+sentinel/);
});
