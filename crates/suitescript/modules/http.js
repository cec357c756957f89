// N/http.
return internal.piece('request').client('http');
