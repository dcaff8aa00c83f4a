"""sslyze before two servers of OpenSSL, one of which still accepts TLS 1.0."""
import os
import socket
import subprocess
import time

PACKAGES = ["sslyze"]


def try_it(trial, free_port):
    key, certificate = (os.path.join(trial.folder, name) for name in ("key.pem", "certificate.pem"))
    trial.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "90", "-subj", "/CN=localhost"])
    old, new, nobody = free_port(), free_port(), free_port()
    servers = []
    try:
        for port, words in [(old, ["-cipher", "ALL:@SECLEVEL=0", "-min_protocol", "TLSv1"]), (new, ["-min_protocol", "TLSv1.2"])]:
            command = ["openssl", "s_server", "-accept", str(port), "-cert", certificate, "-key", key, "-www", "-quiet", *words]
            servers.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            end = time.monotonic() + 30
            while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
                if servers[-1].poll() is not None or time.monotonic() > end:
                    raise trial.Wrong("openssl s_server does not start")
                time.sleep(0.1)
        versions = ["--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3"]
        probe = ["--", trial.program("sslyze"), "--json_out=-", "--mozilla_config=disable", "--certinfo", *versions]
        trial.add("tls-probe", *probe, f"localhost:{old}", f"localhost:{new}")
        trial.receipts("source", "try", "tls-probe")
        trial.receipts("collect")
        trial.expect("SELECT endpoint, version, expires_at IS NOT NULL FROM tls_probe ORDER BY version",
                     [(f"localhost:{old}", "tls_1_0", 1), (f"localhost:{new}", "tls_1_2", 1)])
        trial.expect_sound()
        # Where nobody answers there is no probe, and the reading is no snapshot.
        trial.add("tls-probe", "--id", "nobody", *probe, f"localhost:{nobody}")
        trial.receipts("collect", "--source", "nobody", code=5)
        trial.expect("SELECT count(*) FROM tls_probe WHERE source = 'nobody'", [(0,)])
    finally:
        for server in servers:
            server.kill()
            server.wait()
    return f"sslyze {trial.version('sslyze')}: the weakest version of each endpoint is found"
