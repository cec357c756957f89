define([],()=>{const a=;});
