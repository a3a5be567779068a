/* Reads delta trees and scans what is in them, many objects at once.

   sources/packs.py does the same one by one, where this was not built. */

static byte byte_of(const Py_buffer *column, uint32_t rank)
{
    return ((const byte *)column->buf)[rank];
}

static int call_other(const Bulk *b, const Version *v)
{
    PyObject *done = PyObject_CallFunction(b->other, "IO", (unsigned)v->rank, v->content);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/* Whether the bytes of a container are there: records of place, length and bytes. */
static int is_marked(const Bulk *b, const byte *text, size_t size)
{
    const byte *at = b->marks.buf, *end = at + b->marks.len;
    while (end - at >= 3) {
        uint16_t place;
        byte length = at[2];
        memcpy(&place, at, 2);
        at += 3;
        if (end - at < length)
            break;
        if (size >= (size_t)place + length && memcmp(text + place, at, length) == 0)
            return 1;
        at += length;
    }
    return 0;
}

/* Do what is to be done with an object that was read. */
static int take(Bulk *b, Version *v, size_t width)
{
    byte kind = byte_of(&b->kind, v->rank);
    size_t size = (size_t)PyBytes_Size(v->content);

    if (byte_of(&b->known, v->rank))
        return 0; /* only for what is built on it */
    if (kind == COMMIT && tell_commit(b, v, width) < 0)
        return -1;
    if (kind != BLOB)
        return say(b, v, kind);
    v->plain = size > b->few && !memchr(PyBytes_AsString(v->content), 0, size < SNIFF ? size : SNIFF)
               && !is_marked(b, (const byte *)PyBytes_AsString(v->content), size);
    return v->plain ? enqueue(b, v) : call_other(b, v);
}

/* Read an object. 1: read, 0: left to git, -1: an exception. */
static int read_version(Bulk *b, Version *v, Version *base)
{
    PyObject *raw = b->held > b->limit ? NULL : inflated(&b->in, v->rank);

    if (!raw)
        return PyErr_Occurred() ? -1 : 0;
    if (!base) {
        v->content = raw;
        return 1;
    }
    v->content = applied(&b->in, base->content, raw, &v->copies);
    Py_DECREF(raw);
    if (!v->content)
        return 0;
    v->base = base;
    base->uses++;
    return 1;
}

/* Read an object and take it; what is built on it is read later. */
static int meet(Bulk *b, Text *stack, uint32_t rank, Version *base, size_t width)
{
    Version *v = calloc(1, sizeof *v);
    int got;

    if (!v) {
        PyErr_NoMemory();
        return -1;
    }
    if (byte_of(&b->known, rank) == NOT_NEEDED) {
        free(v);
        return 0;
    }
    v->uses = 1;
    v->rank = rank;
    v->child = link_of(&b->in.child, rank);
    got = read_version(b, v, base);
    if (got == 0)
        got = append32(&b->failed, rank) < 0 ? -1 : 0;
    else if (got == 1) {
        v->stacked = v->child >= 0;
        got = take(b, v, width);
        if (got == 0 && v->stacked) {
            b->held += (uint64_t)PyBytes_Size(v->content);
            if (append(stack, &v, sizeof v) == 0) {
                version_rest(v);
                return 0;
            }
            got = -1;
        }
    }
    version_rest(v);
    version_drop(v);
    return got;
}

static int walk_tree(Bulk *b, Text *stack, uint32_t root, size_t width)
{
    if (meet(b, stack, root, NULL, width) < 0)
        return -1;
    while (stack->used) {
        Version *top = ((Version **)(stack->at + stack->used))[-1];
        uint32_t rank = (uint32_t)top->child;
        int last, got;
        if (rank >= b->in.count)
            return broken("a child that is no object");
        top->child = link_of(&b->in.sibling, rank);
        last = top->child < 0;
        /* Before its last child is followed: so a chain without branches holds one base. */
        if (last) {
            stack->used -= sizeof top;
            b->held -= (uint64_t)PyBytes_Size(top->content);
        }
        got = meet(b, stack, rank, top, width);
        if (last) {
            top->stacked = 0;
            version_rest(top);
            version_drop(top);
        }
        if (got < 0)
            return -1;
    }
    return 0;
}

static int walk_all(Bulk *b, Text *stack, size_t width)
{
    size_t roots = (size_t)b->roots.len / 4;
    for (size_t i = 0; i < roots; i++) {
        uint32_t root = read32(b->roots.buf, i);
        if (root >= b->in.count)
            return broken("a root that is no object");
        if (walk_tree(b, stack, root, width) < 0 || ((i & 255) == 0 && PyErr_CheckSignals() < 0))
            return -1;
    }
    return flush(b) < 0 || hear(b) < 0 ? -1 : 0;
}

static void bulk_free(Bulk *b, Text *stack)
{
    if (b->lines && b->stretches.used) /* after an exception */
        lines_clear(b->lines);
    for (size_t i = 0; i < stack->used / sizeof(Version *); i++)
        version_drop(((Version **)stack->at)[i]);
    for (size_t i = 0; i < b->queue.used / sizeof(Version *); i++)
        version_drop(((Version **)b->queue.at)[i]);
    for (size_t i = 0; i < b->speakers.used / sizeof(Speaker); i++)
        Py_DECREF(((Speaker *)b->speakers.at)[i].content);
    free(stack->at);
    free(b->queue.at);
    free(b->speakers.at);
    free(b->joined.at);
    free(b->prose.at);
    free(b->windows.at);
    free(b->scratch.at);
    free(b->found.at);
    free(b->stretches.at);
    free(b->recalled.at);
    free(b->failed.at);
    free(b->quiet.at);
    free(b->commits.at);
    free(b->oids.at);
    columns_release(&b->in);
    PyBuffer_Release(&b->kind);
    PyBuffer_Release(&b->known);
    PyBuffer_Release(&b->roots);
    PyBuffer_Release(&b->margins);
    PyBuffer_Release(&b->marks);
}

static PyObject *walk_versions(PyObject *self, PyObject *args)
{
    Bulk b = {0};
    Text stack = {0};
    Py_ssize_t wide, narrow, ahead, limit, largest, together, most, width, few;
    PyObject *memory, *result = NULL;
    uint64_t absurd = (uint64_t)PY_SSIZE_T_MAX / 4;

    (void)self;
    if (!PyArg_ParseTuple(args, COLUMNS_FORMAT "y*y*y*n(nnnn)(nnn)y*ny*OOOOOO", COLUMNS_OF(b.in), &b.kind,
                          &b.known, &b.roots, &width, &limit, &largest, &together, &most, &wide,
                          &narrow, &ahead, &b.margins, &few, &b.marks, &b.scan, &b.whole, &b.judge,
                          &b.other, &b.say, &memory))
        return NULL;
    b.lines = PyCapsule_GetPointer(memory, "leakhunt.lines");
    b.reach.wide = (uint64_t)wide;
    b.reach.narrow = (uint64_t)narrow;
    b.reach.ahead = (uint64_t)ahead;
    b.limit = limit < 0 ? 0 : (uint64_t)limit;
    b.together = together < 0 ? 0 : (uint64_t)together;
    b.few = few < 0 ? 0 : (uint64_t)few;
    b.most = most < 0 ? 0 : (uint64_t)most;
    if (!b.lines || table_room(&b.lines->known) < 0)
        ; /* with an exception */
    else if (b.reach.wide > absurd || b.reach.narrow > b.reach.wide || b.reach.ahead > absurd)
        broken("a negative or absurd distance");
    else if (largest < 0 || (width != 20 && width != 32))
        broken("a negative size, or ids of an unknown width");
    else if (columns_check(&b.in, (uint64_t)largest) == 0
             && ((size_t)b.kind.len != b.in.count || (size_t)b.known.len != b.in.count))
        broken("columns of different lengths");
    if (!PyErr_Occurred() && walk_all(&b, &stack, (size_t)width) == 0)
        result = Py_BuildValue("N(KKKK)NNN", text_bytes(&b.failed), (unsigned long long)b.blobs,
                               (unsigned long long)b.bytes, (unsigned long long)b.spoken,
                               (unsigned long long)b.tags, text_bytes(&b.commits),
                               text_bytes(&b.oids), text_bytes(&b.quiet));
    bulk_free(&b, &stack);
    return result;
}
