#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* curl_easy_setopt and curl_easy_getinfo are variadic: one function for each type that is passed. */
typedef size_t (*receipts_curl_sink)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode receipts_curl_number(CURL *curl, CURLoption option, long value) { return curl_easy_setopt(curl, option, value); }
static inline CURLcode receipts_curl_text(CURL *curl, CURLoption option, const char *value) { return curl_easy_setopt(curl, option, value); }
static inline CURLcode receipts_curl_list(CURL *curl, CURLoption option, struct curl_slist *value) { return curl_easy_setopt(curl, option, value); }
static inline CURLcode receipts_curl_receive(CURL *curl, receipts_curl_sink sink, void *context) {
    CURLcode code = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, sink);
    return code == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_WRITEDATA, context) : code;
}
/* Copies the bytes. */
static inline CURLcode receipts_curl_body(CURL *curl, const void *bytes, long count) {
    CURLcode code = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, count);
    return code == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, bytes) : code;
}
/* Nothing but http and https; the older spelling of it before curl 7.85. */
static inline CURLcode receipts_curl_only_http(CURL *curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}
static inline long receipts_curl_status(CURL *curl) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}
/* NULL where there was none; valid as long as the handle. */
static inline const char *receipts_curl_content_type(CURL *curl) {
    char *type = NULL;
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    return type;
}
static inline const char *receipts_curl_location(CURL *curl) {
    char *place = NULL;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &place);
    return place;
}

/* Asked with the 4 or 16 bytes of the address that a name came to, before a connection to it is begun: 0 refuses it. */
typedef int (*receipts_curl_judge)(void *context, const unsigned char *address, int length);
struct receipts_curl_gate {
    receipts_curl_judge judge;
    void *context;
};
static inline curl_socket_t receipts_curl_open(void *data, curlsocktype purpose, struct curl_sockaddr *address) {
    struct receipts_curl_gate *gate = (struct receipts_curl_gate *)data;
    int is_let = 0;
    (void)purpose;
    if (address->family == AF_INET)
        is_let = gate->judge(gate->context, (const unsigned char *)&((struct sockaddr_in *)&address->addr)->sin_addr, 4);
    else if (address->family == AF_INET6)
        is_let = gate->judge(gate->context, (const unsigned char *)&((struct sockaddr_in6 *)&address->addr)->sin6_addr, 16);
    return is_let ? socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol) : CURL_SOCKET_BAD;
}
/* The gate must live as long as the handle. */
static inline CURLcode receipts_curl_guard(CURL *curl, struct receipts_curl_gate *gate) {
    CURLcode code = curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, receipts_curl_open);
    return code == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, gate) : code;
}
/* Each line of the head of each answer, with its end. */
static inline CURLcode receipts_curl_head(CURL *curl, receipts_curl_sink sink, void *context) {
    CURLcode code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, sink);
    return code == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_HEADERDATA, context) : code;
}
