/** Where an address is: a recording may be fetched from the internet, not from inside of somebody's network. */
import { BlockList, isIPv6 } from 'node:net';

/** `reserved`: nothing that serves recordings, e.g. the metadata of a cloud's machine at 169.254.169.254. */
export type Network = 'public' | 'loopback' | 'private' | 'reserved';

/** https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry */
const NETWORKS: readonly (readonly [Exclude<Network, 'public'>, readonly string[]])[] = [
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  [
    'reserved',
    [
      ...['0.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15'],
      ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
      // Those that hold an IPv4 address (NAT64, Teredo, 6to4) would lead to any of the above.
      ...['::/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/32', '2001:db8::/32', '2002::/16'],
      ...['fe80::/10', 'fec0::/10', 'ff00::/8'],
    ],
  ],
];

const lists = NETWORKS.map(([network, subnets]) => ({ network, list: blockListOf(subnets) }));

/** `address`: IPv4 or IPv6, without brackets. An IPv4 address written as IPv6 is the IPv4 address. */
export function networkOf(address: string): Network {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  return lists.find(({ list }) => list.check(address, family))?.network ?? 'public';
}

function blockListOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address, prefix] = subnet.split('/');
    list.addSubnet(address!, Number(prefix), isIPv6(address!) ? 'ipv6' : 'ipv4');
  }
  return list;
}
