/** Why there is no answer to a delivery, and what to do. */
export function networkFault(url: URL, error: Error): string {
  const { code = '', message = '' } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const reason = code || message || error.message;
  if (error.name === 'TimeoutError') {
    return `${url.origin} does not answer within 10 s: a firewall may be in between, or the port is not the ingress's`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `there is no host ${url.hostname} (${code}): check the spelling, and that its DNS record exists`;
  }
  if (url.protocol === 'https:' && /^(CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS)/.test(code)) {
    return `the certificate of ${url.host} is not valid (${code}): Altur would not accept it either; install the full chain of a public authority, for this host name`;
  }
  if (url.protocol === 'https:' && (code.startsWith('ERR_SSL') || code === 'EPROTO')) {
    return `${url.host} does not speak TLS (${code}): use http://, or the port of the proxy that ends TLS`;
  }
  return `${url.origin} does not answer (${reason}): is the ingress running there?`;
}
