#!/bin/sh
# Makes what compose.yaml wants: .env, secrets/, state/. Secrets that are there already stay.
#   sudo ./prepare.sh class.example.org turn.example.org 203.0.113.7 ops@example.org [PRIVATE_ADDRESS]
# PRIVATE_ADDRESS: this machine's own, where the public one is a router's or a cloud's (NAT).
set -eu
umask 077
cd "$(dirname "$0")"
if [ $# -lt 4 ]; then
  sed -n 's/^# \{0,3\}sudo /usage: sudo /p' "$0" >&2
  exit 2
fi
domain=$1 turn=$2 public=$3 email=$4 private=${5:-}

mkdir -p secrets state/caddy/caddy/certificates
secret() { # a fresh one, unless it is there
  [ -s "secrets/$1" ] || openssl rand -hex 32 >"secrets/$1"
}
secret turn_secret
secret metrics_token
secret grafana_password

printf '%s\n' "DOMAIN=$domain" "TURN_DOMAIN=$turn" "ACME_EMAIL=$email" \
  "MEDIA_ADDRESSES=$public${private:+,$private}" >.env

certificate=/certificates/acme-v02.api.letsencrypt.org-directory/$turn/$turn
{
  sed -e "s|^tls-listening-port=.*|tls-listening-port=5349|" \
    -e "s|^cert=.*|cert=$certificate.crt|" -e "s|^pkey=.*|pkey=$certificate.key|" \
    -e "s|^static-auth-secret=.*|static-auth-secret=$(cat secrets/turn_secret)|" \
    -e "s|^realm=.*|realm=$turn|" -e "s|^allowed-peer-ip=.*|allowed-peer-ip=$public|" \
    ../../docs/turnserver.conf
  if [ -n "$private" ]; then
    printf '%s\n' "allowed-peer-ip=$private" "external-ip=$public/$private"
  fi
  printf '%s\n' "userdb=/tmp/turndb" "pidfile=/tmp/turnserver.pid" "log-file=stdout" "simple-log"
} >secrets/turnserver.conf

# Containers read the files by their own users; the folder keeps everybody else of this machine out.
chmod 0444 secrets/*
if [ "$(id -u)" = 0 ]; then
  chown -R 65532:65532 state/caddy
else
  echo "Not root: run chown -R 65532:65532 $(pwd)/state/caddy, so that Caddy may write there." >&2
fi
echo "Ready for https://$domain: docker compose up --detach --build"
