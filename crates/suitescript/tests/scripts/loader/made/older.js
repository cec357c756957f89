var olderThanAmd = olderThanAmd || { is: 'for all' };
