#pragma once

#include <curl/curl.h>

/* libcurl, taken up when the first request is made: it brings thirty other libraries along, which cost each start of the program more than most of its
   commands do. curl_easy_setopt and curl_easy_getinfo are variadic; here is one function for each type that is passed. */

/* Must have returned 1 before anything below is called; may be called again. 0: there is no libcurl.so.4, or it does not start. */
int receipts_curl_load(void);

CURL *receipts_curl_new(void);
void receipts_curl_free(CURL *curl);
void receipts_curl_reset(CURL *curl);
CURLcode receipts_curl_perform(CURL *curl);
/* Never NULL. */
const char *receipts_curl_reason(CURLcode code);
/* NULL, or the list that was given, with a copy of the line at its end. */
struct curl_slist *receipts_curl_append(struct curl_slist *list, const char *line);
void receipts_curl_free_list(struct curl_slist *list);

typedef size_t (*receipts_curl_sink)(char *bytes, size_t size, size_t count, void *context);
CURLcode receipts_curl_number(CURL *curl, CURLoption option, long value);
CURLcode receipts_curl_text(CURL *curl, CURLoption option, const char *value);
CURLcode receipts_curl_list(CURL *curl, CURLoption option, struct curl_slist *value);
CURLcode receipts_curl_receive(CURL *curl, receipts_curl_sink sink, void *context);
/* Copies the bytes. */
CURLcode receipts_curl_body(CURL *curl, const void *bytes, long count);
/* Nothing but http and https. */
CURLcode receipts_curl_only_http(CURL *curl);
long receipts_curl_status(CURL *curl);
/* NULL where there was none; valid as long as the handle. */
const char *receipts_curl_location(CURL *curl);

/* Asked with the 4 or 16 bytes of the address that a name came to, before a connection to it is begun: 0 refuses it. */
typedef int (*receipts_curl_judge)(void *context, const unsigned char *address, int length);
struct receipts_curl_gate {
    receipts_curl_judge judge;
    void *context;
};
/* The gate must live as long as the handle. */
CURLcode receipts_curl_guard(CURL *curl, struct receipts_curl_gate *gate);
/* Each line of the head of each answer, with its end. */
CURLcode receipts_curl_head(CURL *curl, receipts_curl_sink sink, void *context);
