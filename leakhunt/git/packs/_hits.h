/* The hits of many versions at once: what is fresh in them is joined and scanned as one text.

   A version waits in a queue until that was done, its base before it. Most have no hits, and
   Python hears nothing of them. engine/versions.py says what hits are and why this finds them all;
   a newline before each version keeps its lines apart from those of another. */

#include "_lines.h"

#define REMEMBERED (1u << 20) /* hits of lines, of all versions */
#define SNIFF 8192 /* bytes in which a zero makes something else than plain text of it */

typedef struct Version {
    struct Version *base; /* until its own hits are known */
    PyObject *content;    /* until its hits are known and all that is built on it is read */
    PyObject *raw;        /* the delta that made it; as long as the base */
    Numbers hits;         /* sorted */
    Numbers fertile;      /* those of which something came, sorted */
    uint64_t at;          /* where its windows lie in what is joined */
    size_t first, last;   /* which windows are its own, */
    size_t low, high;     /* and which stretches that were scanned before */
    uint32_t rank;
    int32_t child; /* the next to be read */
    int uses;
    byte plain, stacked, queued;
} Version;

typedef struct {
    Columns in;
    Py_buffer kind, known, roots, margins, marks;
    Reach reach;
    PyObject *scan, *whole, *judge, *other, *say; /* what Python does */
    uint64_t few;
    uint64_t limit, held;                 /* bytes of bases that wait for what is built on them */
    uint64_t together, waiting, most;     /* bytes: scanned at once; of versions that wait for it */
    Text joined, queue;
    Numbers windows, scratch, found;
    Lines *lines;
    Text stretches, recalled; /* that are scanned now; that may have hits */
    Text prose, speakers;
    Text failed, commits, oids;
    uint64_t blobs, spoken, tags, bytes;
} Bulk;

static void version_drop(Version *version)
{
    while (version && --version->uses == 0) {
        Version *base = version->base;
        Py_XDECREF(version->content);
        Py_XDECREF(version->raw);
        free(version->hits.at);
        free(version->fertile.at);
        free(version);
        version = base;
    }
}

/* Let go of what nobody needs any more. */
static void version_rest(Version *version)
{
    if (version->queued)
        return;
    Py_CLEAR(version->raw);
    version_drop(version->base);
    version->base = NULL;
    if (!version->stacked)
        Py_CLEAR(version->content);
}

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* Scan a text; what is found goes to `found`, sorted. */
static int scan_text(Bulk *b, const void *text, size_t size)
{
    PyObject *view, *hits;
    int got = 0;

    b->found.used = 0;
    view = PyMemoryView_FromMemory((char *)text, (Py_ssize_t)size, PyBUF_READ);
    hits = view ? PyObject_CallFunctionObjArgs(b->scan, view, NULL) : NULL;
    Py_XDECREF(view);
    if (!hits)
        return -1;
    if (!PyList_Check(hits))
        got = broken("hits that are no list");
    for (Py_ssize_t i = 0; got == 0 && i < PyList_Size(hits); i++) {
        unsigned long gate;
        unsigned long long end;
        if (!PyArg_ParseTuple(PyList_GetItem(hits, i), "kK", &gate, &end))
            got = -1;
        else if (gate > GATE_MASK || end > size)
            got = broken("a hit that cannot be");
        else
            got = push(&b->found, (uint64_t)end << END_SHIFT | gate);
    }
    Py_DECREF(hits);
    if (got == 0 && b->found.used)
        qsort(b->found.at, b->found.used, sizeof *b->found.at, by_value);
    return got;
}

/* All of two sorted lists, each once. */
static int merge(Numbers *out, const Numbers *left, const Numbers *right)
{
    size_t i = 0, j = 0;
    while (i < left->used || j < right->used) {
        uint64_t value;
        if (j == right->used || (i < left->used && left->at[i] <= right->at[j])) {
            value = left->at[i++];
            if (j < right->used && right->at[j] == value)
                j++;
        } else {
            value = right->at[j++];
        }
        if (push(out, value) < 0)
            return -1;
    }
    return 0;
}

/* The hits in the windows of a version that are as they would be in the whole. */
static int trusted_in(const Bulk *b, const Version *v, Numbers *fresh)
{
    const byte *text = (const byte *)PyBytes_AsString(v->content);
    uint64_t size = (uint64_t)PyBytes_Size(v->content), at = v->at;
    size_t i = first_after((const byte *)b->found.at, b->found.used, at);

    for (size_t n = v->first; n < v->last; n += 2) {
        uint64_t low = b->windows.at[n], high = b->windows.at[n + 1], stop = at + (high - low);
        for (; i < b->found.used && b->found.at[i] >> END_SHIFT <= stop; i++) {
            uint64_t back = (b->found.at[i] >> END_SHIFT) - at, end = low + back;
            if (end + b->reach.ahead > high && high != size)
                continue;
            if (low && back < b->reach.wide
                && (back < b->reach.narrow || !memchr(text + low, '\n', (size_t)back)))
                continue;
            if (push(fresh, end << END_SHIFT | (b->found.at[i] & GATE_MASK)) < 0)
                return -1;
        }
        at = stop;
    }
    return 0;
}

/* Those in its windows and in stretches that were scanned before. */
static int trusted(const Bulk *b, const Version *v, Numbers *fresh)
{
    size_t kept = 0;

    if (trusted_in(b, v, fresh) < 0)
        return -1;
    if (v->low == v->high)
        return 0;
    for (size_t i = v->low; i < v->high; i++)
        if (lines_tell(b->lines, &b->stretches, (const Known *)b->recalled.at + i, fresh) < 0)
            return -1;
    if (fresh->used)
        qsort(fresh->at, fresh->used, sizeof *fresh->at, by_value);
    for (size_t i = 0; i < fresh->used; i++)
        if (!kept || fresh->at[kept - 1] != fresh->at[i])
            fresh->at[kept++] = fresh->at[i];
    fresh->used = kept;
    return 0;
}

static int inherited(const Bulk *b, Version *v, const Numbers *known, Hits *hits)
{
    Delta delta;
    Op op;
    int got;

    hits->hits = as_buffer(known->at, known->used * sizeof *known->at);
    hits->margins = b->margins;
    got = delta_open(&delta, (const byte *)PyBytes_AsString(v->raw), PyBytes_Size(v->raw));
    while (got == 0 && (got = delta_next(&delta, &op)) == 1)
        got = op.data ? 0
                      : inherit_copy(&delta, &op, (const byte *)PyBytes_AsString(v->content),
                                     &b->reach, hits);
    return got;
}

/* Let Python look at suspects, and take note of those of which something came. */
static int ask(const Bulk *b, Version *v, const Numbers *suspects)
{
    PyObject *answer;
    Py_ssize_t size = 0;
    char *text;
    int got = 0;

    answer = PyObject_CallFunction(b->judge, "IONN", (unsigned)v->rank, v->content,
                                   as_bytes(&v->hits), as_bytes(suspects));
    if (!answer)
        return -1;
    if (PyBytes_AsStringAndSize(answer, &text, &size) < 0)
        got = -1;
    for (Py_ssize_t i = 0; got == 0 && i + 8 <= size; i += 8)
        got = push(&v->fertile, read64((const byte *)text + i));
    Py_DECREF(answer);
    return got;
}

/* Of the hits of a version that has a base, those of which something may come: what is new, what is
   near a seam, and what something came of before. */
static int suspected(const Bulk *b, Version *v, const Hits *hits, const Numbers *fresh,
                     Numbers *suspects)
{
    Numbers anew = {0}, some = {0};
    Hits again = {0};
    int got = 0;

    for (size_t i = 0; got == 0 && i < fresh->used; i++)
        if (!hits->kept.used || !bsearch(&fresh->at[i], hits->kept.at, hits->kept.used, 8, by_value))
            got = push(&anew, fresh->at[i]);
    if (got == 0)
        got = merge(&some, &hits->risky, &anew);
    if (got == 0 && v->base->fertile.used)
        got = inherited(b, v, &v->base->fertile, &again);
    if (got == 0)
        got = merge(suspects, &some, &again.kept);
    free(anew.at);
    free(some.at);
    free(again.kept.at);
    free(again.risky.at);
    return got;
}

/* Find out which hits a version has, and what comes of them. */
static int settle(Bulk *b, Version *v)
{
    Numbers fresh = {0}, suspects = {0};
    Hits hits = {0};
    int compared = v->base && v->base->plain, got = trusted(b, v, &fresh);

    if (got == 0 && compared && v->base->hits.used
        && inherited(b, v, &v->base->hits, &hits) < 0) {
        /* More than anybody would write: scan it as if it had no base. */
        got = PyErr_ExceptionMatches(PyExc_ValueError) ? 1 : -1;
    }
    if (got == 1) {
        PyErr_Clear();
        compared = 0;
        hits.kept.used = hits.risky.used = fresh.used = 0;
        Numbers others = b->found; /* those of the versions behind it in the queue */
        b->found = (Numbers){0};
        got = scan_text(b, PyBytes_AsString(v->content), (size_t)PyBytes_Size(v->content));
        free(fresh.at);
        fresh = b->found;
        b->found = others;
    }
    if (got == 0)
        got = merge(&v->hits, &hits.kept, &fresh);
    if (got == 0 && compared)
        got = suspected(b, v, &hits, &fresh, &suspects);
    if (got == 0 && (compared ? suspects.used : v->hits.used))
        got = ask(b, v, compared ? &suspects : &v->hits);
    else if (got == 0) {
        b->blobs++;
        b->bytes += (uint64_t)PyBytes_Size(v->content);
    }
    free(suspects.at);
    free(fresh.at);
    free(hits.kept.at);
    free(hits.risky.at);
    return got;
}

/* Scan what waits. */
static int flush(Bulk *b)
{
    Version **queue = (Version **)b->queue.at;
    size_t count = b->queue.used / sizeof *queue, i = 0;
    int got = 0;

    b->found.used = 0;
    if (b->joined.used)
        got = scan_text(b, b->joined.at, b->joined.used);
    if (got == 0)
        got = lines_learn(b->lines, &b->stretches, &b->found);
    for (; got == 0 && i < count; i++) {
        got = settle(b, queue[i]);
        queue[i]->queued = 0;
        version_rest(queue[i]);
        version_drop(queue[i]);
    }
    for (; i < count; i++) {
        queue[i]->queued = 0;
        version_drop(queue[i]);
    }
    b->queue.used = b->joined.used = b->windows.used = b->stretches.used = b->recalled.used = 0;
    b->waiting = 0;
    if (got < 0 || b->lines->full || b->lines->hits.used > REMEMBERED)
        lines_clear(b->lines);
    return got;
}

/* Scan a part of a version with what waits. */
static int add_window(Bulk *b, const Version *v, const byte *text, uint64_t low, uint64_t high)
{
    uint64_t *last = b->windows.used > v->first ? &b->windows.at[b->windows.used - 1] : NULL;

    if (last && low <= *last) {
        low = *last;
        if (high <= low)
            return 0;
        *last = high;
    } else if (push(&b->windows, low) < 0 || push(&b->windows, high) < 0) {
        return -1;
    }
    return append(&b->joined, text + low, (size_t)(high - low));
}

/* Take note of a stretch that was scanned before, or scan it. */
static int add_stretch(Bulk *b, const Version *v, const byte *text, uint64_t low, uint64_t high,
                       uint64_t size, uint64_t key)
{
    Lines *lines = b->lines;
    uint64_t before = b->reach.narrow + 1; /* the newline itself */
    size_t slot = slot_of(lines, key);
    Waiting waiting = {key, 0, 0, 0};

    if (lines->keys[slot]) {
        Known known = {low, lines->values[slot]};
        return lines->keys[slot] & 1 ? append(&b->recalled, &known, sizeof known) : 0;
    }
    if (add_window(b, v, text, low > before ? low - before : 0, least(size, high + b->reach.ahead)) < 0)
        return -1;
    if (lines->full || lines_room(lines) < 0 || lines->full)
        return PyErr_Occurred() ? -1 : 0;
    slot = slot_of(lines, key);
    lines->keys[slot] = key | 1;
    lines->values[slot] = WAITS | (uint32_t)(b->stretches.used / sizeof waiting);
    lines->used++;
    waiting.high = b->joined.used - (b->windows.at[b->windows.used - 1] - high);
    waiting.low = waiting.high - (high - low);
    return append(&b->stretches, &waiting, sizeof waiting);
}

/* Go through the lines of a window: of those that were scanned before, hits are known. */
static int narrow_down(Bulk *b, const Version *v, const byte *text, uint64_t low, uint64_t high,
                       uint64_t size)
{
    struct {
        uint64_t low, high, key;
    } next[32];
    uint64_t at = low, back = low > LOOK ? low - LOOK : 0;

    while (at > back && text[at - 1] != '\n')
        at--;
    if (at && text[at - 1] != '\n') {
        const byte *newline = memchr(text + low, '\n', (size_t)(high - low));
        if (!newline)
            return add_window(b, v, text, low, high);
        at = (uint64_t)(newline - text) + 1;
        if (add_window(b, v, text, low, least(high, at + b->reach.ahead)) < 0)
            return -1;
    }
    while (at < high) {
        size_t count = 0;
        for (; count < 32 && at < high; count++) {
            uint64_t end = stretch(text, at, high, size);
            if (!end)
                break;
            next[count].low = at;
            next[count].high = at = end;
            next[count].key = key_of(b->lines, text, next[count].low, end, size, &b->reach);
#ifdef __GNUC__
            __builtin_prefetch(&b->lines->keys[(next[count].key >> 20) & (b->lines->slots - 1)]);
#endif
        }
        for (size_t i = 0; i < count; i++)
            if (add_stretch(b, v, text, next[i].low, next[i].high, size, next[i].key) < 0)
                return -1;
        if (count < 32 && at < high) {
            uint64_t before = b->reach.narrow + 1;
            return add_window(b, v, text, at > before ? at - before : 0, high);
        }
    }
    return 0;
}

/* Put a version into the queue: plain text that is to be scanned. */
static int enqueue(Bulk *b, Version *v)
{
    const byte *text = (const byte *)PyBytes_AsString(v->content);
    uint64_t size = (uint64_t)PyBytes_Size(v->content);
    Delta delta;

    b->scratch.used = 0;
    if (v->base && v->base->plain) {
        if (delta_open(&delta, (const byte *)PyBytes_AsString(v->raw), PyBytes_Size(v->raw)) < 0
            || find_windows(&delta, text, &b->reach, &b->scratch) < 0)
            return -1;
    } else if (size && (push(&b->scratch, 0) < 0 || push(&b->scratch, size) < 0)) {
        return -1;
    }
    if (append(&b->joined, "\n", 1) < 0)
        return -1;
    v->at = b->joined.used;
    v->first = b->windows.used;
    v->low = b->recalled.used / sizeof(Known);
    for (size_t i = 0; i < b->scratch.used; i += 2)
        if (narrow_down(b, v, text, b->scratch.at[i], b->scratch.at[i + 1], size) < 0)
            return -1;
    v->last = b->windows.used;
    v->high = b->recalled.used / sizeof(Known);
    if (append(&b->queue, &v, sizeof v) < 0)
        return -1;
    v->uses++;
    v->queued = 1;
    b->waiting += size;
    return b->joined.used > b->together || b->waiting > b->most ? flush(b) : 0;
}
