/* Reads the delta trees of a pack that are trees of folders. See pure_trees.py. */

#define LARGEST_TREE 0x7FFFFFF

typedef struct {
    Columns in;
    Py_buffer roots;
    uint64_t limit, held; /* bytes of bases that wait for their deltas */
    size_t width;
    Text added, removed, failed;
    Copies copies; /* what is read now has of its base */
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

/* 1: read, 0: left to git, -1: an exception. */
static int read_node(Walk *w, Node *node, Node *base)
{
    PyObject *raw = inflated(&w->in, node->rank);
    Py_buffer from = as_buffer("", 0), starts = as_buffer("", 0);
    Py_buffer content;
    size_t added = w->added.used, removed = w->removed.used;
    int got;

    if (!raw)
        return PyErr_Occurred() ? -1 : 0;
    if (base) {
        node->content = applied(&w->in, base->content, raw, &w->copies);
        from = content_of(base->content);
        starts = as_buffer(base->starts.at, base->starts.used);
    } else {
        node->content = raw;
        Py_INCREF(raw);
    }
    if (node->content)
        content = content_of(node->content);
    got = node->content ? read_tree(&content, base ? &w->copies : NULL, &from, &starts, node->rank,
                                    w->width, &node->starts, &w->added, &w->removed)
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

/* Read one object; what is built on it is read later if it was read itself. */
static int visit(Walk *w, Text *stack, uint32_t rank, Node *base)
{
    Node node = {NULL, {0}, rank, link_of(&w->in.child, rank)};
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
        if (rank >= w->in.count)
            return broken("a child that is no object");
        node.child = link_of(&w->in.sibling, rank);
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
    if (!PyArg_ParseTuple(args, COLUMNS_FORMAT "y*nn", COLUMNS_OF(w.in), &w.roots, &width, &limit))
        return NULL;
    w.width = (size_t)width;
    w.limit = limit < 0 ? 0 : (uint64_t)limit;
    roots = (size_t)w.roots.len / 4;
    if (width != 20 && width != 32) {
        broken("ids of an unknown width");
    } else if (columns_check(&w.in, LARGEST_TREE) == 0) {
        for (; i < roots; i++) {
            uint32_t root = read32(w.roots.buf, i);
            if ((root >= w.in.count && broken("a root that is no object") < 0)
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
    free(w.copies.list.at);
    free(w.added.at);
    free(w.removed.at);
    free(w.failed.at);
    columns_release(&w.in);
    PyBuffer_Release(&w.roots);
    return result;
}
