/* What people wrote into commits and tags, many at once; and what else a commit says.

   engine/scan.py says why joining texts finds no less, git/messages.py which parts are taken.
   Format: "Commit Objects" in git's sources, and parse_commit_date() in commit.c there. */

typedef struct {
    PyObject *content;
    uint64_t stop;  /* where it ends in what is joined */
    uint64_t bytes; /* of the message */
    uint32_t rank;
    byte kind, odd;
} Speaker;

static int begins(const byte *at, const byte *end, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

static const byte *line_end(const byte *at, const byte *end)
{
    const byte *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

/* Ask Python about those in which something was seen. */
static int hear(Bulk *b)
{
    Speaker *speakers = (Speaker *)b->speakers.at;
    size_t count = b->speakers.used / sizeof *speakers, hit = 0;
    int got = count ? scan_text(b, b->prose.at, b->prose.used) : 0;

    for (size_t i = 0; i < count; i++) {
        Speaker *one = &speakers[i];
        byte seen = one->odd;
        for (; hit < b->found.used && b->found.at[hit] >> END_SHIFT <= one->stop; hit++)
            seen = 1;
        if (got == 0 && seen) {
            PyObject *done = PyObject_CallFunction(b->say, "IO", (unsigned)one->rank, one->content);
            got = done ? 0 : -1;
            Py_XDECREF(done);
        } else if (got == 0) {
            got = note_quiet(b, one->rank, one->bytes);
            *(one->kind == TAG ? &b->tags : &b->spoken) += 1;
            b->bytes += one->bytes;
        }
        Py_DECREF(one->content);
    }
    b->speakers.used = b->prose.used = 0;
    return got;
}

static int append_header(Text *prose, const byte *at, const byte *end)
{
    int first = 1;
    while (at < end) {
        const byte *stop = line_end(at, end);
        if (begins(at, stop, "author ") || begins(at, stop, "committer ")
            || begins(at, stop, "tagger ") || begins(at, stop, "tag ")) {
            if ((!first && append(prose, "\n", 1) < 0) || append(prose, at, (size_t)(stop - at)) < 0)
                return -1;
            first = 0;
        }
        at = stop < end ? stop + 1 : end;
    }
    return append(prose, "\n", 1);
}

/* 1: so short a text is something as a whole, 0: it is not, -1: an exception. */
static int is_whole(const Bulk *b, const byte *text, size_t size)
{
    PyObject *short_text, *answer;
    int got;
    if (!b->few || size > b->few)
        return 0;
    /* Not by the format "y#": built with Python 3.13, it fails in those before (see tests). */
    short_text = PyBytes_FromStringAndSize((const char *)text, (Py_ssize_t)size);
    answer = short_text ? PyObject_CallFunctionObjArgs(b->whole, short_text, NULL) : NULL;
    got = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    Py_XDECREF(short_text);
    return got;
}

/* Take in what a person wrote; it waits until there is enough of it. */
static int say(Bulk *b, const Version *v, byte kind)
{
    const byte *text = (const byte *)PyBytes_AsString(v->content);
    const byte *end = text + PyBytes_Size(v->content), *header = text, *message;
    size_t from = b->prose.used, identity;
    Speaker one = {v->content, 0, 0, v->rank, kind, 0};
    int whole;

    while (header < end && !begins(header, end, "\n\n"))
        header = line_end(header + 1, end);
    message = header < end ? header + 2 : end;
    one.bytes = (uint64_t)(end - message);
    if (append(&b->prose, message, (size_t)one.bytes) < 0 || append(&b->prose, "\n", 1) < 0)
        return -1;
    identity = b->prose.used;
    if (append_header(&b->prose, text, header) < 0)
        return -1;
    one.stop = b->prose.used;
    if ((whole = is_whole(b, message, (size_t)one.bytes)) == 0)
        whole = is_whole(b, b->prose.at + identity, b->prose.used - identity - 1);
    if (whole < 0)
        return -1;
    one.odd = whole || memchr(b->prose.at + from, 0, b->prose.used - from) != NULL;
    if (append(&b->speakers, &one, sizeof one) < 0)
        return -1;
    Py_INCREF(one.content);
    return b->prose.used > b->together ? hear(b) : 0;
}

/* --- Trees, parents and dates */

static int hex_digit(byte c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Read `word <id in hex>\n`; returns what is behind it, or NULL. */
static const byte *read_id(const byte *at, const byte *end, const char *word, size_t width, byte *id)
{
    if (!begins(at, end, word))
        return NULL;
    at += strlen(word);
    if ((size_t)(end - at) < 2 * width + 1 || at[2 * width] != '\n')
        return NULL;
    for (size_t i = 0; i < width; i++) {
        int high = hex_digit(at[2 * i]), low = hex_digit(at[2 * i + 1]);
        if (high < 0 || low < 0)
            return NULL;
        id[i] = (byte)(high << 4 | low);
    }
    return at + 2 * width + 1;
}

/* The seconds in a committer's line; -1 where versions of git might differ about them. */
static int64_t date_of(const byte *at, const byte *end)
{
    const byte *author = line_end(at, end), *line = author < end ? author + 1 : end, *stop, *bracket;
    int64_t seconds = 0;

    stop = line_end(line, end);
    if (!begins(at, end, "author ") || !begins(line, end, "committer ") || stop == end)
        return -1;
    bracket = memchr(line, '>', (size_t)(stop - line));
    if (!bracket || memchr(bracket + 1, '>', (size_t)(stop - bracket - 1))
        || !begins(bracket, stop, "> "))
        return -1;
    for (at = bracket + 2; at < stop && *at >= '0' && *at <= '9'; at++) {
        seconds = seconds * 10 + (*at - '0');
        if (seconds >> 33)
            return -1; /* a commit-graph has 34 bits for it */
    }
    return at > bracket + 2 && at < stop && *at == ' ' ? seconds : -1;
}

/* Tell a commit: its rank, its parents, its date in two halves; and the ids of tree and parents.
   One that is odd has no date and no ids. */
static int tell_commit(Bulk *b, const Version *v, size_t width)
{
    const byte *at = (const byte *)PyBytes_AsString(v->content);
    const byte *end = at + PyBytes_Size(v->content), *next;
    uint32_t parents = 0;
    size_t from = b->oids.used;
    byte id[32];
    int64_t date = -1;

    if ((at = read_id(at, end, "tree ", width, id))) {
        if (append(&b->oids, id, width) < 0)
            return -1;
        for (; (next = read_id(at, end, "parent ", width, id)); at = next, parents++)
            if (append(&b->oids, id, width) < 0)
                return -1;
        date = date_of(at, end);
    }
    if (date < 0) {
        b->oids.used = from;
        parents = UINT32_MAX;
        date = 0;
    }
    return append32(&b->commits, v->rank) < 0 || append32(&b->commits, parents) < 0
                   || append32(&b->commits, (uint32_t)((uint64_t)date >> 32)) < 0
                   || append32(&b->commits, (uint32_t)date) < 0
               ? -1
               : 0;
}
