/* Reads the delta trees of a pack that are trees of folders. See pure_trees.py. */

typedef struct {
    Py_buffer pack, offset, head, size, child, sibling, roots;
    PyObject *decompress;
    uint64_t limit, held; /* bytes of bases that wait for their deltas */
    size_t count, width;
    Text added, removed, failed;
} Walk;

typedef struct {
    PyObject *content; /* bytes */
    Text starts;
    uint32_t rank;
    int32_t child; /* the next to be read */
} Node;

static void node_free(Node *node)
{
    Py_CLEAR(node->content);
    free(node->starts.at);
    node->starts.at = NULL;
}

static Py_buffer as_buffer(const void *at, size_t length)
{
    Py_buffer view = {0};
    view.buf = (void *)at;
    view.len = (Py_ssize_t)length;
    return view;
}

static Py_buffer content_of(PyObject *content)
{
    return as_buffer(PyBytes_AsString(content), (size_t)PyBytes_Size(content));
}

static uint64_t read_long(const Py_buffer *numbers, size_t i)
{
    uint64_t value;
    memcpy(&value, (const byte *)numbers->buf + i * 8, sizeof value);
    return value;
}

/* The inflated stream of an object, or NULL without an exception: git may know better. */
static PyObject *inflated(const Walk *w, uint32_t rank)
{
    uint64_t start = read_long(&w->offset, rank) + ((const byte *)w->head.buf)[rank];
    uint64_t stop = read_long(&w->offset, (size_t)rank + 1), size = read_long(&w->size, rank);
    PyObject *view, *made = NULL;

    if (start > stop || stop > (uint64_t)w->pack.len || size > 0x7FFFFFF || stop - start > 0xFFFFFF)
        return NULL;
    view = PyMemoryView_FromMemory((char *)w->pack.buf + start, (Py_ssize_t)(stop - start),
                                   PyBUF_READ);
    if (view) {
        made = PyObject_CallFunction(w->decompress, "Oin", view, 15, (Py_ssize_t)size + 1);
        Py_DECREF(view);
    }
    if (made && (!PyBytes_Check(made) || (uint64_t)PyBytes_Size(made) != size))
        Py_CLEAR(made);
    PyErr_Clear();
    return made;
}

static PyObject *applied(PyObject *base, PyObject *raw)
{
    Py_buffer from = content_of(base), with = content_of(raw);
    PyObject *made = NULL;
    Delta delta;
    Op op;
    int got = -1;
    char *out;

    if (delta_open(&delta, with.buf, with.len) == 0 && delta.base_size == (uint64_t)from.len
        && delta.size <= 0x7FFFFFF) {
        made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)delta.size);
        out = made ? PyBytes_AsString(made) : NULL;
        while (made && (got = delta_raw(&delta, &op)) == 1)
            memcpy(out + (delta.made - op.length), op.data ? op.data : (byte *)from.buf + op.from,
                   (size_t)op.length);
    }
    if (got < 0)
        Py_CLEAR(made);
    PyErr_Clear();
    return made;
}

/* 1: read, 0: left to git, -1: an exception. */
static int read_node(Walk *w, Node *node, Node *base)
{
    PyObject *raw = inflated(w, node->rank);
    Py_buffer delta = as_buffer("", 0), from = as_buffer("", 0), starts = as_buffer("", 0);
    Py_buffer content;
    size_t added = w->added.used, removed = w->removed.used;
    int got;

    if (!raw)
        return 0;
    if (base) {
        node->content = applied(base->content, raw);
        delta = content_of(raw);
        from = content_of(base->content);
        starts = as_buffer(base->starts.at, base->starts.used);
    } else {
        node->content = raw;
        Py_INCREF(raw);
    }
    if (node->content)
        content = content_of(node->content);
    got = node->content ? read_tree(&content, &delta, &from, &starts, node->rank, w->width,
                                    &node->starts, &w->added, &w->removed)
                        : -1;
    Py_DECREF(raw);
    if (got == 0)
        return 1;
    w->added.used = added;
    w->removed.used = removed;
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_MemoryError))
        return -1;
    PyErr_Clear();
    return 0;
}

static int push_node(Text *stack, Node *node)
{
    return append(stack, node, sizeof *node);
}

static Node *top_of(Text *stack)
{
    return (Node *)(stack->at + stack->used) - 1;
}

static int32_t link_of(const Py_buffer *links, uint32_t rank)
{
    int32_t value;
    memcpy(&value, (const byte *)links->buf + (size_t)rank * 4, sizeof value);
    return value;
}

/* Read one object; what is built on it is read later if it was read itself. */
static int visit(Walk *w, Text *stack, uint32_t rank, Node *base)
{
    Node node = {NULL, {0}, rank, link_of(&w->child, rank)};
    int got = w->held > w->limit ? 0 : read_node(w, &node, base);
    if (got == 0)
        got = append32(&w->failed, rank) < 0 ? -1 : 0;
    if (got == 1 && node.child >= 0) {
        w->held += (uint64_t)PyBytes_Size(node.content);
        if (push_node(stack, &node) == 0)
            return 0;
        got = -1;
    }
    node_free(&node);
    return got < 0 ? -1 : 0;
}

static int walk_root(Walk *w, Text *stack, uint32_t root)
{
    if (visit(w, stack, root, NULL) < 0)
        return -1;
    while (stack->used) {
        Node node = *top_of(stack);
        uint32_t rank = (uint32_t)node.child;
        int last;
        if (rank >= w->count)
            return broken("a child that is no object");
        node.child = link_of(&w->sibling, rank);
        last = node.child < 0;
        /* Before its last child is followed: so a chain without branches holds one base. */
        if (last) {
            stack->used -= sizeof node;
            w->held -= (uint64_t)PyBytes_Size(node.content);
        } else {
            top_of(stack)->child = node.child;
        }
        int got = visit(w, stack, rank, &node);
        if (last)
            node_free(&node);
        if (got < 0)
            return -1;
    }
    return 0;
}

static PyObject *walk_folders(PyObject *self, PyObject *args)
{
    Walk w = {0};
    Text stack = {0};
    Py_ssize_t width, limit;
    PyObject *result = NULL;
    size_t i = 0, roots;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*y*Onn", &w.pack, &w.offset, &w.head, &w.size, &w.child,
                          &w.sibling, &w.roots, &w.decompress, &width, &limit))
        return NULL;
    w.count = (size_t)w.head.len;
    w.width = (size_t)width;
    w.limit = limit < 0 ? 0 : (uint64_t)limit;
    roots = (size_t)w.roots.len / 4;
    if ((width != 20 && width != 32) || w.offset.len / 8 != w.head.len + 1
        || w.size.len / 8 != w.head.len || w.child.len / 4 != w.head.len
        || w.sibling.len / 4 != w.head.len) {
        broken("columns of different lengths");
    } else {
        for (; i < roots; i++) {
            uint32_t root = read32(w.roots.buf, i);
            if ((root >= w.count && broken("a root that is no object") < 0)
                || walk_root(&w, &stack, root) < 0
                || ((i & 255) == 0 && PyErr_CheckSignals() < 0))
                break;
        }
        if (i == roots)
            result = Py_BuildValue("NNN", text_bytes(&w.added), text_bytes(&w.removed),
                                   text_bytes(&w.failed));
    }
    while (stack.used) {
        node_free(top_of(&stack));
        stack.used -= sizeof(Node);
    }
    free(stack.at);
    free(w.added.at);
    free(w.removed.at);
    free(w.failed.at);
    PyBuffer_Release(&w.pack);
    PyBuffer_Release(&w.offset);
    PyBuffer_Release(&w.head);
    PyBuffer_Release(&w.size);
    PyBuffer_Release(&w.child);
    PyBuffer_Release(&w.sibling);
    PyBuffer_Release(&w.roots);
    return result;
}
