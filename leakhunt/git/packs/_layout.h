/* Where everything lies in a pack: one pass over the headers of its objects. See pure.py. */

#define SOON 24 /* headers ahead of the one that is read */

enum { COMMIT = 1, TREE = 2, BLOB = 3, TAG = 4, OFS_DELTA = 6, REF_DELTA = 7 };

typedef struct {
    uint64_t offset;
    uint32_t position;
} Place;

typedef struct {
    const byte *pack;
    uint64_t size; /* of the pack without its trailing checksum */
    const byte *oids;
    size_t count, width;
    uint64_t *offset, *length, *weight; /* offset has one more: the end */
    uint32_t *order, *rank, *members;
    int32_t *base, *child, *sibling;
    byte *head, *kind;
} Layout;

/* The rank of an earlier object, looked for from `near` backwards: most bases lie close by. */
static int32_t rank_of_offset(const Layout *l, size_t near, uint64_t offset)
{
    size_t high = near, low, step = 1;
    do {
        low = near > step ? near - step : 0;
        step *= 2;
    } while (low && l->offset[low] > offset && (high = low + 1));
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->offset[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < near && l->offset[low] == offset ? (int32_t)low : -1;
}

static int32_t rank_of_oid(const Layout *l, const byte *oid)
{
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(l->oids + middle * l->width, oid, l->width);
        if (order == 0)
            return (int32_t)l->rank[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* Read one header; leaves kind 0 where it makes no sense, and for deltas: their root decides. */
static void read_header(Layout *l, size_t i)
{
    uint64_t start = l->offset[i], at = start, end = l->offset[i + 1], length;
    unsigned shift = 4;
    byte c, type;

    l->base[i] = -2;
    l->child[i] = l->sibling[i] = -1;
    if (at >= end)
        return;
    c = l->pack[at++];
    type = (c >> 4) & 7;
    length = c & 15;
    while (c & 0x80) {
        if (at >= end || shift > 53)
            return;
        c = l->pack[at++];
        length |= (uint64_t)(c & 0x7f) << shift;
        shift += 7;
    }
    if (type == OFS_DELTA) {
        uint64_t back = 0;
        int first = 1;
        do {
            if (at >= end || back >= (uint64_t)1 << 55)
                return;
            c = l->pack[at++];
            back = first ? (uint64_t)(c & 0x7f) : ((back + 1) << 7) | (c & 0x7f);
            first = 0;
        } while (c & 0x80);
        if (back && back < start)
            l->base[i] = rank_of_offset(l, i, start - back);
        if (l->base[i] < 0)
            l->base[i] = -2;
    } else if (type == REF_DELTA) {
        if (end - at < l->width)
            return;
        l->base[i] = rank_of_oid(l, l->pack + at);
        at += l->width;
        if (l->base[i] < 0)
            l->base[i] = -2;
    } else if (type >= COMMIT && type <= TAG) {
        l->kind[i] = type;
        l->base[i] = -1;
    }
    l->head[i] = (byte)(at - start);
    l->length[i] = length;
}

/* Give every delta the kind of its root and add it to the work of its root. What leads to no
   root (a base that is not here, a circle) keeps kind 0. `path` has room for every object. */
static void resolve(Layout *l, uint32_t *path, int32_t *root)
{
    for (size_t i = 0; i < l->count; i++)
        root[i] = l->base[i] == -1 ? (int32_t)i : l->base[i] < 0 ? -2 : -1;
    for (size_t i = 0; i < l->count; i++) {
        size_t depth = 0;
        int32_t at = (int32_t)i, top;
        while (root[at] == -1) {
            root[at] = -3; /* on the path: met again, it is a circle */
            path[depth++] = (uint32_t)at;
            at = l->base[at];
        }
        top = root[at] == -3 ? -2 : root[at];
        while (depth)
            root[path[--depth]] = top;
    }
    for (size_t i = l->count; i-- > 0;) {
        int32_t top = root[i];
        if (top < 0) {
            l->kind[i] = 0;
            continue;
        }
        l->kind[i] = l->kind[top];
        l->weight[top] += l->offset[i + 1] - l->offset[i];
        l->members[top]++;
        if (l->base[i] >= 0) {
            l->sibling[i] = l->child[l->base[i]];
            l->child[l->base[i]] = (int32_t)i;
        }
    }
}

enum { DIGIT = 11 };

/* Sort by offset, one digit after the other; returns which of the two holds the result. */
static Place *sort_by_offset(Place *from, Place *to, size_t count)
{
    uint64_t all = 0;
    for (size_t i = 0; i < count; i++)
        all |= from[i].offset;
    for (unsigned shift = 0; shift < 64 && all >> shift; shift += DIGIT) {
        size_t next[1 << DIGIT] = {0}, sum = 0;
        Place *other = from;
        for (size_t i = 0; i < count; i++)
            next[from[i].offset >> shift & ((1 << DIGIT) - 1)]++;
        for (size_t digit = 0; digit < 1 << DIGIT; digit++) {
            size_t here = next[digit];
            next[digit] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            to[next[from[i].offset >> shift & ((1 << DIGIT) - 1)]++] = from[i];
        from = to;
        to = other;
    }
    return from;
}

static int sort_places(Layout *l, const Py_buffer *offsets)
{
    Place *places = PyMem_Malloc(2 * l->count * sizeof *places + 1), *sorted;
    if (!places) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < l->count; i++) {
        places[i].offset = read64((const byte *)offsets->buf + 8 * i);
        places[i].position = (uint32_t)i;
    }
    sorted = sort_by_offset(places, places + l->count, l->count);
    for (size_t i = 0; i < l->count; i++) {
        l->offset[i] = sorted[i].offset;
        l->order[i] = sorted[i].position;
        l->rank[sorted[i].position] = (uint32_t)i;
    }
    l->offset[l->count] = l->size;
    PyMem_Free(places);
    for (size_t i = 1; i < l->count; i++)
        if (memcmp(l->oids + (i - 1) * l->width, l->oids + i * l->width, l->width) >= 0)
            return broken("ids out of order, or the same one twice");
    for (size_t i = 0; i < l->count; i++)
        if (l->offset[i] < 12 || l->offset[i] >= l->offset[i + 1])
            return broken("offsets outside the pack, or the same one twice");
    return 0;
}

#define COLUMNS 11

static PyObject *columns(Layout *l)
{
    size_t n = l->count;
    struct {
        void **at;
        size_t bytes;
    } all[COLUMNS] = {
        {(void **)&l->order, n * 4},   {(void **)&l->offset, (n + 1) * 8},
        {(void **)&l->head, n},        {(void **)&l->kind, n},
        {(void **)&l->length, n * 8},  {(void **)&l->base, n * 4},
        {(void **)&l->child, n * 4},   {(void **)&l->sibling, n * 4},
        {(void **)&l->weight, n * 8},  {(void **)&l->members, n * 4},
        {(void **)&l->rank, n * 4},
    };
    PyObject *result = PyTuple_New(COLUMNS);
    for (int i = 0; result && i < COLUMNS; i++) {
        PyObject *column = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)all[i].bytes);
        if (!column) {
            Py_DECREF(result);
            return NULL;
        }
        *all[i].at = PyBytes_AsString(column);
        memset(*all[i].at, 0, all[i].bytes);
        PyTuple_SetItem(result, i, column);
    }
    return result;
}

static PyObject *layout(PyObject *self, PyObject *args)
{
    Py_buffer pack, offsets, oids;
    Py_ssize_t width;
    Layout l = {0};
    PyObject *result = NULL;
    uint32_t *path = NULL;
    int32_t *root = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*n", &pack, &offsets, &oids, &width))
        return NULL;
    l.pack = pack.buf;
    l.oids = oids.buf;
    l.count = (size_t)offsets.len / 8;
    if ((width != 20 && width != 32) || pack.len < width + 12 || l.count >= INT32_MAX
        || (size_t)oids.len / (size_t)width < l.count) {
        broken("not a pack with its index");
        goto done;
    }
    l.width = (size_t)width;
    l.size = (uint64_t)(pack.len - width);
    result = columns(&l);
    path = PyMem_Malloc(l.count * sizeof *path + 1);
    root = PyMem_Malloc(l.count * sizeof *root + 1);
    if (!result || !path || !root) {
        if (result)
            PyErr_NoMemory();
        Py_CLEAR(result);
        goto done;
    }
    if (sort_places(&l, &offsets) < 0) {
        Py_CLEAR(result);
        goto done;
    }
    for (size_t i = 0; i < l.count; i++) {
        if (i + SOON < l.count)
            fetch(l.pack + l.offset[i + SOON]);
        read_header(&l, i);
    }
    resolve(&l, path, root);
done:
    PyMem_Free(path);
    PyMem_Free(root);
    PyBuffer_Release(&pack);
    PyBuffer_Release(&offsets);
    PyBuffer_Release(&oids);
    return result;
}

/* --- What is to be walked */

static PyObject *roots(PyObject *self, PyObject *args)
{
    Py_buffer kind, base;
    Py_ssize_t low, high;
    int folders;
    Text found = {0};
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*nnp", &kind, &base, &low, &high, &folders))
        return NULL;
    if (base.len / 4 != kind.len || low < 0 || high > kind.len) {
        broken("columns of different lengths, or ranks that are not there");
        goto done;
    }
    for (Py_ssize_t i = low; i < high; i++) {
        byte code = ((const byte *)kind.buf)[i];
        if (code && (code == TREE) == folders && read32(base.buf, (size_t)i) == NOWHERE
            && append32(&found, (uint32_t)i) < 0)
            goto done;
    }
    result = text_bytes(&found);
done:
    free(found.at);
    PyBuffer_Release(&kind);
    PyBuffer_Release(&base);
    return result;
}

typedef struct {
    uint64_t low, work, size;
} Share;

static int end_share(PyObject *result, Share *share, uint64_t next)
{
    PyObject *made = Py_BuildValue("(KKKK)", (unsigned long long)share->low,
                                   (unsigned long long)next, (unsigned long long)share->work,
                                   (unsigned long long)share->size);
    int got = made ? PyList_Append(result, made) : -1;
    Py_XDECREF(made);
    *share = (Share){next, 0, 0};
    return got;
}

static PyObject *shares(PyObject *self, PyObject *args)
{
    Py_buffer ranks, weight, members, size;
    unsigned long long most, each;
    PyObject *result = NULL;
    Share share = {0};
    size_t count;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*y*KK", &ranks, &weight, &members, &size, &most, &each))
        return NULL;
    count = (size_t)members.len / 4;
    if ((size_t)weight.len / 8 != count || (size_t)size.len / 8 != count) {
        broken("columns of different lengths");
        goto done;
    }
    result = PyList_New(0);
    for (size_t i = 0; result && i < (size_t)ranks.len / 4; i++) {
        uint32_t root = read32(ranks.buf, i), many;
        uint64_t more;
        if (root >= count) {
            broken("a root that is no object");
            Py_CLEAR(result);
            break;
        }
        many = read32(members.buf, root);
        /* A root is scanned whole. */
        more = read64((const byte *)weight.buf + 8 * (size_t)root) + each * many
               + read64((const byte *)size.buf + 8 * (size_t)root);
        if (share.work && share.work + more > most && end_share(result, &share, root) < 0)
            Py_CLEAR(result);
        share.work += more;
        share.size += read64((const byte *)size.buf + 8 * (size_t)root) * many;
    }
    if (result && share.work && end_share(result, &share, count) < 0)
        Py_CLEAR(result);
done:
    PyBuffer_Release(&ranks);
    PyBuffer_Release(&weight);
    PyBuffer_Release(&members);
    PyBuffer_Release(&size);
    return result;
}
