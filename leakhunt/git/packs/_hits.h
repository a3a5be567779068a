/* The hits of many versions at once: what is fresh in them is joined and scanned as one text.

   A version waits in a queue until that was done, its base before it. Most have no hits, and
   Python hears nothing of them. engine/versions.py says what hits are and why this finds them all;
   a newline before each version keeps its lines apart from those of another. */

#include "_lines.h"

#define REMEMBERED (1u << 20) /* hits of lines, of all versions */
#define PIECES 64 /* of a version, looked up at once */
#define NOT_NEEDED 2 /* among what is known: it is not even read, nor what is built on it */
#define SNIFF 8192 /* bytes in which a zero makes something else than plain text of it */

typedef struct Version {
    struct Version *base; /* until its own hits are known */
    PyObject *content;    /* until its hits are known and all that is built on it is read */
    Copies copies;        /* what it has of the base, as long as that */
    Numbers hits;         /* sorted */
    Numbers fertile;      /* those of which something came, sorted */
    PyObject *known;       /* what came of them, as Python knows it; None if that may change */
    uint64_t at;          /* where its windows lie in what is joined */
    size_t first, last;   /* which windows are its own, */
    size_t low, high;     /* and which stretches that were scanned before */
    uint32_t rank;
    int32_t child; /* the next to be read */
    int uses;
    byte plain, stacked, queued;
} Version;

/* A part of a version: a stretch, or without a key what is none. */
typedef struct {
    uint64_t low, high, key;
} Piece;

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
    Piece pieces[PIECES];
    size_t cut;
    Text stretches, recalled; /* that are scanned now; that may have hits */
    Text prose, speakers;
    Text failed, commits, oids;
    Text quiet; /* rank and bytes of each object that Python does not hear of */
    uint64_t blobs, spoken, tags, bytes;
} Bulk;

static void version_drop(Version *version)
{
    while (version && --version->uses == 0) {
        Version *base = version->base;
        Py_XDECREF(version->content);
        free(version->copies.list.at);
        Py_XDECREF(version->known);
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
    free(version->copies.list.at);
    version->copies = (Copies){0};
    version_drop(version->base);
    version->base = NULL;
    if (!version->stacked)
        Py_CLEAR(version->content);
}

static int note_quiet(Bulk *b, uint32_t rank, uint64_t bytes)
{
    uint32_t size = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
    return append32(&b->quiet, rank) < 0 || append32(&b->quiet, size) < 0 ? -1 : 0;
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
    for (size_t i = v->low; i < v->high; i++)
        if (lines_tell(b->lines, &b->stretches, (const Known *)b->recalled.at + i, fresh) < 0)
            return -1;
    if (fresh->used > 1)
        qsort(fresh->at, fresh->used, sizeof *fresh->at, by_value);
    for (size_t i = 0; i < fresh->used; i++)
        if (!kept || fresh->at[kept - 1] != fresh->at[i])
            fresh->at[kept++] = fresh->at[i];
    fresh->used = kept;
    return 0;
}

static int inherited(const Bulk *b, const Version *v, const Numbers *known, Hits *hits)
{
    hits->hits = as_buffer(known->at, known->used * sizeof *known->at);
    hits->margins = b->margins;
    return inherit_all(&v->copies, (const byte *)PyBytes_AsString(v->content), &b->reach, hits);
}

/* Leave out hits of which nothing came where the bytes around them were the same; of the others the
   keys go to `keys`. */
static int without_barren(Bulk *b, const Version *v, Numbers *suspects, Numbers *keys)
{
    const byte *text = (const byte *)PyBytes_AsString(v->content);
    uint64_t size = (uint64_t)PyBytes_Size(v->content);
    Table *barren = &b->lines->barren;
    size_t kept = 0;

    if (barren->full)
        table_clear(barren);
    if (table_room(barren) < 0)
        return -1;
    for (size_t i = 0; i < suspects->used; i++) {
        uint64_t hit = suspects->at[i], gate = hit & GATE_MASK, key;
        if (gate >= (uint64_t)b->margins.len / 4)
            return broken("a hit of an unknown gate");
        key = key_of_hit(b->lines, text, size, hit, read32(b->margins.buf, (size_t)gate));
        if (key && barren->keys[slot_of(barren, key)])
            continue;
        suspects->at[kept++] = hit;
        if (push(keys, key) < 0)
            return -1;
    }
    suspects->used = kept;
    return 0;
}

/* Take note of suspects of which nothing came. */
static int note_barren(Bulk *b, const Version *v, const Numbers *suspects, const Numbers *keys)
{
    Table *barren = &b->lines->barren;
    size_t next = 0;

    for (size_t i = 0; i < suspects->used; i++) {
        while (next < v->fertile.used && v->fertile.at[next] < suspects->at[i])
            next++;
        if (!keys->at[i] || (next < v->fertile.used && v->fertile.at[next] == suspects->at[i]))
            continue;
        if (table_room(barren) < 0)
            return -1;
        if (barren->full)
            return 0;
        size_t slot = slot_of(barren, keys->at[i]);
        barren->used += !barren->keys[slot];
        barren->keys[slot] = keys->at[i];
    }
    return 0;
}

/* Let Python look at suspects, and take note of those of which something came. Of those that are
   `moved` it is known from the base. */
static int ask(const Bulk *b, Version *v, const Numbers *suspects, const Numbers *moved)
{
    PyObject *answer, *fertile;
    Py_ssize_t size = 0;
    char *text;
    int got = 0;

    answer = PyObject_CallFunction(b->judge, "IONNNO", (unsigned)v->rank, v->content,
                                   as_bytes(&v->hits), as_bytes(suspects), as_bytes(moved),
                                   moved->used ? v->base->known : Py_None);
    if (!answer)
        return -1;
    if (!PyArg_ParseTuple(answer, "SO", &fertile, &v->known)) {
        Py_DECREF(answer);
        v->known = NULL;
        return -1;
    }
    Py_INCREF(v->known);
    if (PyBytes_AsStringAndSize(fertile, &text, &size) < 0)
        got = -1;
    for (Py_ssize_t i = 0; got == 0 && i + 8 <= size; i += 8)
        got = push(&v->fertile, read64((const byte *)text + i));
    Py_DECREF(answer);
    return got;
}

/* Of the hits of a version that has a base, those of which something may come: what is new, what is
   near a seam, and what something came of before; of the latter what is as it was goes to `moved`. */
static int suspected(const Bulk *b, Version *v, const Hits *hits, const Numbers *fresh,
                     Numbers *suspects, Numbers *moved)
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
    free(again.risky.at);
    free(again.kept.at);
    *moved = again.moved;
    return got;
}

/* Find out which hits a version has, and what comes of them. */
static int settle(Bulk *b, Version *v)
{
    Numbers fresh = {0}, suspects = {0}, keys = {0}, moved = {0};
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
        got = suspected(b, v, &hits, &fresh, &suspects, &moved);
    else if (got == 0)
        got = merge(&suspects, &v->hits, &(Numbers){0});
    if (got == 0 && suspects.used)
        got = without_barren(b, v, &suspects, &keys);
    if (got == 0 && suspects.used) {
        if (moved.used && !v->base->known)
            moved.used = 0;
        got = ask(b, v, &suspects, &moved);
        if (got == 0)
            got = note_barren(b, v, &suspects, &keys);
    } else if (got == 0) {
        got = note_quiet(b, v->rank, (uint64_t)PyBytes_Size(v->content));
        b->blobs++;
        b->bytes += (uint64_t)PyBytes_Size(v->content);
    }
    free(keys.at);
    free(moved.at);
    free(suspects.at);
    free(fresh.at);
    free(hits.kept.at);
    free(hits.risky.at);
    free(hits.moved.at);
    return got;
}
