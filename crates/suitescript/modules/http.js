// N/http.
return internal.http('http');
