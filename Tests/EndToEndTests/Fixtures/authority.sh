#!/bin/sh
# A time-stamping authority made of openssl in the folder $1, with an RSA key: ca.pem, tsa.conf, and 'answer REQUEST RESPONSE' to run.
set -e
mkdir -p "$1" && cd "$1"
cat > tsa.conf <<CONF
[tsa]
default_tsa = tsa1
[tsa1]
serial = $1/tsaserial
crypto_device = builtin
signer_cert = $1/signer.pem
signer_key = $1/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CONF
echo 01 > tsaserial
printf 'extendedKeyUsage=critical,timeStamping\n' > signer.ext
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj '/O=Test/CN=Test Root' \
    -addext 'keyUsage=critical,keyCertSign' 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout signer.key -out signer.csr -subj '/O=Test/CN=Test TSA' 2>/dev/null
openssl x509 -req -in signer.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile signer.ext -out signer.pem 2>/dev/null
printf '#!/bin/sh\nexec openssl ts -reply -config %s/tsa.conf -queryfile "$1" -out "$2"\n' "$1" > answer
chmod +x answer
